using System.Diagnostics.CodeAnalysis;

namespace Slipway.PyPi.Versions;

/// <summary>A comma list of clauses that must all hold, such as <c>&gt;=1.2,&lt;2</c> (PEP 440). The empty list admits everything.</summary>
public sealed class VersionSpecifiers : IEquatable<VersionSpecifiers>
{
    private readonly VersionSpecifier[] _clauses;
    private readonly bool _hasIdentical;
    private VersionRanges? _ranges;
    private string? _text;

    private VersionSpecifiers(IEnumerable<VersionSpecifier> clauses)
    {
        _clauses = [.. clauses.OrderBy(c => c.ToString(), StringComparer.Ordinal).Distinct()];
        _hasIdentical = _clauses.Any(c => c.Operator == SpecifierOperator.Identical);
    }

    /// <summary>No clause: every version.</summary>
    public static VersionSpecifiers Any { get; } = new([]);

    /// <summary>The clauses without repetition, in the order of their text.</summary>
    public IReadOnlyList<VersionSpecifier> Clauses => _clauses;

    public bool IsAny => _clauses.Length == 0;

    /// <summary>Whether a clause names a pre-release as a version that will do.</summary>
    public bool NamesPrerelease => _clauses.Any(c => c.NamesPrerelease);

    /// <summary>The versions that the clauses admit, pre-releases included; null when one of them is <c>===</c>, which compares texts and has no interval.</summary>
    public VersionRanges? Ranges => _hasIdentical ? null : _ranges ??= Bounds();

    /// <summary>The version that an <c>==</c> or <c>===</c> without a star pins; null when there is no such clause.</summary>
    public PythonVersion? Pin => _clauses.FirstOrDefault(c => c is { Operator: SpecifierOperator.Equal or SpecifierOperator.Identical, IsPrefix: false })?.Version;

    /// <summary>Reads a comma list.</summary>
    /// <exception cref="FormatException">A clause is wrong; the message says why.</exception>
    public static VersionSpecifiers Parse(string text) =>
        TryParse(text, out VersionSpecifiers? specifiers, out string? problem) ? specifiers : throw new FormatException(problem);

    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out VersionSpecifiers? specifiers) => TryParse(text, out specifiers, out _);

    /// <summary>Reads a comma list; <paramref name="problem"/> says in a sentence what is wrong with it.</summary>
    public static bool TryParse([NotNullWhen(true)] string? text, [NotNullWhen(true)] out VersionSpecifiers? specifiers, [NotNullWhen(false)] out string? problem)
    {
        specifiers = null;
        problem = text is null ? "there is no text" : null;
        List<VersionSpecifier> clauses = [];
        foreach (Range range in text.AsSpan().Split(','))
        {
            ReadOnlySpan<char> clause = text.AsSpan(range);
            if (problem is null && !clause.IsWhiteSpace() && VersionSpecifier.TryParse(clause, out VersionSpecifier? specifier, out problem))
            {
                clauses.Add(specifier);
            }
        }

        specifiers = problem is null ? clauses.Count == 0 ? Any : new VersionSpecifiers(clauses) : null;
        return problem is null;
    }

    /// <summary>The list of these clauses.</summary>
    public static VersionSpecifiers Of(params IEnumerable<VersionSpecifier> clauses) => new(clauses);

    /// <summary>Exactly this version: <c>==V</c>.</summary>
    public static VersionSpecifiers Exactly(PythonVersion version) => Parse("==" + version);

    /// <summary>All clauses of both.</summary>
    public VersionSpecifiers And(VersionSpecifiers other) => IsAny ? other : other.IsAny ? this : new VersionSpecifiers(_clauses.Concat(other._clauses));

    /// <summary>
    /// Whether the version will do. A single version has no stable rival, so a pre-release inside the bounds does by default; <paramref name="prereleases"/> false refuses it.
    /// </summary>
    public bool Contains(PythonVersion version, bool? prereleases = null) =>
        (prereleases != false || !version.IsPrerelease) && (Ranges?.Contains(version) ?? _clauses.All(c => c.Contains(version)));

    /// <summary>As <see cref="Contains(PythonVersion, bool?)"/> for a text that need not be a version; only <c>===</c> and the empty list match such a one.</summary>
    public bool Contains(string version, bool? prereleases = null) =>
        (prereleases != false || !PythonVersion.TryParse(version, out PythonVersion? parsed) || !parsed.IsPrerelease) && _clauses.All(c => c.Contains(version));

    /// <summary>
    /// Those of the versions that will do, in their order. By default pre-releases only when a clause names one, or when no stable version will do;
    /// <paramref name="prereleases"/> true takes them like others, false never.
    /// </summary>
    public IEnumerable<PythonVersion> Filter(IEnumerable<PythonVersion> versions, bool? prereleases = null) =>
        Choose([.. versions.Where(v => Contains(v))], v => v, prereleases);

    /// <summary>As <see cref="Filter(IEnumerable{PythonVersion}, bool?)"/> for texts that need not be versions.</summary>
    public IEnumerable<string> Filter(IEnumerable<string> versions, bool? prereleases = null) =>
        Choose([.. versions.Where(v => Contains(v))], v => PythonVersion.TryParse(v, out PythonVersion? version) ? version : null, prereleases);

    /// <summary>Whether any version at all could do; with <paramref name="prereleases"/> false, any stable version.</summary>
    public bool IsSatisfiable(bool? prereleases = null)
    {
        VersionRanges bounds = Bounds();
        VersionSpecifier[] identical = [.. _clauses.Where(c => c.Operator == SpecifierOperator.Identical)];
        if (identical.Length == 0)
        {
            return prereleases == false ? !bounds.IsOnlyPrereleases : !bounds.IsEmpty;
        }

        string text = identical[0].WrittenVersion;
        return Contains(text, prereleases);
    }

    /// <summary>Whether all versions of this are in the other; null when one of them has no interval (<c>===</c>).</summary>
    public bool? IsSubsetOf(VersionSpecifiers other) => Ranges is { } mine && other.Ranges is { } theirs ? mine.IsSubsetOf(theirs) : null;

    /// <summary>Whether no version is in both; null when one of them has no interval (<c>===</c>).</summary>
    public bool? IsDisjointFrom(VersionSpecifiers other) => Ranges is { } mine && other.Ranges is { } theirs ? mine.IsDisjointFrom(theirs) : null;

    public bool Equals(VersionSpecifiers? other) => other is not null && _clauses.Length == other._clauses.Length && _clauses.All(c => other._clauses.Contains(c));

    public override bool Equals(object? obj) => Equals(obj as VersionSpecifiers);

    public override int GetHashCode() => _clauses.Aggregate(0, (hash, clause) => hash ^ clause.GetHashCode());

    /// <summary>The normal form: the clauses in the order of their text, joined by commas.</summary>
    public override string ToString() => _text ??= string.Join(',', _clauses.Select(c => c.ToString()));

    private IEnumerable<T> Choose<T>(T[] inside, Func<T, PythonVersion?> versionOf, bool? prereleases)
    {
        bool all = prereleases ?? (NamesPrerelease || !inside.Any(i => versionOf(i)?.IsPrerelease == false));
        return all ? inside : inside.Where(i => versionOf(i)?.IsPrerelease != true);
    }

    private VersionRanges Bounds() => _clauses.Aggregate(VersionRanges.All, (ranges, clause) => clause.Ranges is { } own ? ranges.Intersect(own) : ranges);
}
