using System.Buffers;
using System.Diagnostics.CodeAnalysis;

namespace Slipway.PyPi.Versions;

/// <summary>One clause of a specifier: an operator and a version, such as <c>&gt;=1.2</c> or <c>==1.*</c>.</summary>
public sealed class VersionSpecifier : IEquatable<VersionSpecifier>
{
    private static readonly (string Text, SpecifierOperator Operator)[] s_operators =
    [
        ("===", SpecifierOperator.Identical), ("==", SpecifierOperator.Equal), ("!=", SpecifierOperator.NotEqual), ("~=", SpecifierOperator.Compatible),
        ("<=", SpecifierOperator.AtMost), (">=", SpecifierOperator.AtLeast), ("<", SpecifierOperator.Below), (">", SpecifierOperator.Above),
    ];

    private static readonly SearchValues<char> s_notInIdentical = SearchValues.Create(" \t\r\n\f\v;,)");

    private VersionRanges? _ranges;
    private string? _canonical;

    private VersionSpecifier(SpecifierOperator @operator, PythonVersion? version, bool isPrefix, string written)
    {
        Operator = @operator;
        Version = version;
        IsPrefix = isPrefix;
        WrittenVersion = written;
    }

    public SpecifierOperator Operator { get; }

    /// <summary>The version, without <c>.*</c>; null when it is none, which only <c>===</c> permits.</summary>
    public PythonVersion? Version { get; }

    /// <summary>Whether <c>.*</c> follows the version.</summary>
    public bool IsPrefix { get; }

    /// <summary>The version as it was written, with <c>.*</c>.</summary>
    public string WrittenVersion { get; }

    /// <summary>The operator as text.</summary>
    public string OperatorText => TextOf(Operator);

    /// <summary>Whether the clause names a pre-release as a version that will do, and so asks for pre-releases.</summary>
    public bool NamesPrerelease => Operator != SpecifierOperator.NotEqual && Version?.IsPrerelease == true;

    /// <summary>The versions it admits; null for <c>===</c>, which compares texts.</summary>
    public VersionRanges? Ranges => Operator == SpecifierOperator.Identical ? null : _ranges ??= SpecifierRanges.Of(this);

    /// <summary>Reads one clause.</summary>
    /// <exception cref="FormatException">It is none; the message says why.</exception>
    public static VersionSpecifier Parse(string text) =>
        TryParse(text, out VersionSpecifier? specifier, out string? problem) ? specifier : throw new FormatException(problem);

    /// <summary>Reads one clause; <paramref name="problem"/> says in a sentence why it is none.</summary>
    public static bool TryParse(ReadOnlySpan<char> text, [NotNullWhen(true)] out VersionSpecifier? specifier, [NotNullWhen(false)] out string? problem)
    {
        specifier = null;
        text = text.Trim();
        foreach ((string symbol, SpecifierOperator @operator) in s_operators)
        {
            if (text.StartsWith(symbol, StringComparison.Ordinal))
            {
                ReadOnlySpan<char> rest = text[symbol.Length..].Trim();
                problem = @operator == SpecifierOperator.Identical ? ReadIdentical(rest, out specifier) : Read(@operator, symbol, rest, out specifier);
                return problem is null;
            }
        }

        problem = $"\"{text}\" has no operator; write for instance \"=={text}\" or \">={text}\"";
        return false;
    }

    /// <summary>Whether the version lies in the clause's bounds, pre-releases included.</summary>
    public bool Contains(PythonVersion version) => Ranges?.Contains(version) ?? Contains(version.ToString());

    /// <summary>As <see cref="Contains(PythonVersion)"/> for a text that may be no version; only <c>===</c> matches such a one.</summary>
    public bool Contains(string version) => Ranges is { } ranges
        ? PythonVersion.TryParse(version, out PythonVersion? parsed) && ranges.Contains(parsed)
        : string.Equals(WrittenVersion, version, StringComparison.OrdinalIgnoreCase);

    /// <summary>Equal clauses say the same, also when zeros at the end of the version differ; after <c>~=</c> and before <c>.*</c> those count.</summary>
    public bool Equals(VersionSpecifier? other) => other is not null && CanonicalText == other.CanonicalText;

    public override bool Equals(object? obj) => Equals(obj as VersionSpecifier);

    public override int GetHashCode() => CanonicalText.GetHashCode(StringComparison.Ordinal);

    /// <summary>The operator and the version as it was written.</summary>
    public override string ToString() => OperatorText + WrittenVersion;

    internal static string TextOf(SpecifierOperator @operator) => s_operators.First(o => o.Operator == @operator).Text;

    private string CanonicalText => _canonical ??= OperatorText + (Operator switch
    {
        SpecifierOperator.Identical => WrittenVersion,
        SpecifierOperator.Compatible => Version!.ToString(),
        _ => IsPrefix ? Version + ".*" : Version!.ToTrimmedString(),
    });

    private static string? ReadIdentical(ReadOnlySpan<char> rest, out VersionSpecifier? specifier)
    {
        specifier = null;
        if (rest.IsEmpty || rest.ContainsAny(s_notInIdentical))
        {
            return $"\"==={rest}\": after === a version without spaces is expected";
        }

        PythonVersion? version = PythonVersion.TryParse(rest, out PythonVersion? parsed) ? parsed : null;
        specifier = new VersionSpecifier(SpecifierOperator.Identical, version, false, rest.ToString());
        return null;
    }

    private static string? Read(SpecifierOperator @operator, string symbol, ReadOnlySpan<char> rest, out VersionSpecifier? specifier)
    {
        specifier = null;
        bool prefix = rest.EndsWith(".*", StringComparison.Ordinal);
        if (prefix && @operator is not (SpecifierOperator.Equal or SpecifierOperator.NotEqual))
        {
            return $"\"{symbol}{rest}\": \".*\" goes only with == and !=";
        }

        ReadOnlySpan<char> number = prefix ? rest[..^2] : rest;
        if (!PythonVersion.TryParse(number, out PythonVersion? version) || (prefix && number.Length != number.TrimEnd().Length))
        {
            return rest.IsEmpty ? $"a version is missing after {symbol}" : $"\"{number}\" after {symbol} is not a version";
        }

        if (prefix && (version.IsPrerelease || version.IsPostrelease || version.Local is not null))
        {
            return $"\"{symbol}{rest}\": before \".*\" only the numbers of a release may stand";
        }

        if (version.Local is not null && @operator is not (SpecifierOperator.Equal or SpecifierOperator.NotEqual))
        {
            return $"\"{symbol}{rest}\": a local version (+{version.Local}) goes only with == and !=";
        }

        if (@operator == SpecifierOperator.Compatible && version.Release.Count < 2)
        {
            return $"\"~={rest}\": ~= wants at least two numbers, such as ~={rest}.0";
        }

        specifier = new VersionSpecifier(@operator, version, prefix, rest.ToString());
        return null;
    }
}
