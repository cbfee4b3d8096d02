using System.Buffers;

namespace Slipway.Conda.Versions;

/// <summary>One operator and one version, with the stars that may follow it.</summary>
internal static class VersionLeaf
{
    private static readonly SearchValues<char> PatternCharacters = SearchValues.Create("0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ.*_-+!");

    /// <summary>The term, or null and half a sentence.</summary>
    public static VersionTerm? Make(ReadOnlySpan<char> symbol, ReadOnlySpan<char> version, ParseMode mode, out string? problem)
    {
        problem = null;
        if (version is "*")
        {
            return symbol.IsEmpty || mode == ParseMode.Lenient || symbol is "=" or "==" ? AnyVersionTerm.Instance : Refuse("it compares with *; leave it out", out problem);
        }

        if (version is "*.*" && symbol.IsEmpty)
        {
            return Pattern(version, out problem);
        }

        ReadOnlySpan<char> stem = WithoutStars(version, out bool dotted, out bool starred, out bool repeated);
        if (repeated && mode == ParseMode.Strict)
        {
            return Refuse($"write {stem}.* for every version that begins with {stem}", out problem);
        }

        if (stem.Contains('*') && (symbol.IsEmpty || symbol is "=" or "==" or "!="))
        {
            VersionTerm? pattern = Pattern(version, out problem);
            return pattern is null || symbol is not "!=" ? pattern : new NotTerm(pattern);
        }

        // ">=1.0*" (no dot) is how conda reads it: a version whose last word is a star, below 1.0 itself.
        bool asWritten = starred && !dotted && symbol is not ("" or "=" or "==" or "!=");
        if (mode == ParseMode.Strict && starred && symbol is "=" or "~=" or "<" or "<=" or ">" or ">=" && starred)
        {
            return Refuse(symbol is "=" ? $"write {stem}.*" : $"{symbol} takes a version without stars: {symbol}{stem}", out problem);
        }

        if (!CondaVersion.TryParse((asWritten ? version : stem).ToString(), allowStars: mode == ParseMode.Lenient, out CondaVersion? parsed, out problem))
        {
            problem = $"\"{version}\" is not a version: {problem}";
            return null;
        }

        return symbol switch
        {
            "" or "==" => starred ? new PrefixTerm(parsed) : new ComparedTerm(VersionOperator.Equal, parsed),
            "=" => new PrefixTerm(parsed),
            "!=" => starred ? new NotTerm(new PrefixTerm(parsed)) : new ComparedTerm(VersionOperator.NotEqual, parsed),
            "<" => new ComparedTerm(VersionOperator.Less, parsed),
            "<=" => new ComparedTerm(VersionOperator.LessOrEqual, parsed),
            ">" => new ComparedTerm(VersionOperator.Greater, parsed),
            ">=" => new ComparedTerm(VersionOperator.GreaterOrEqual, parsed),
            _ => Compatible(parsed),
        };
    }

    /// <summary><c>~=1.4.2</c>: at least that, and inside <c>1.4.*</c>. With one segment only the lower end is left.</summary>
    private static VersionTerm Compatible(CondaVersion version)
    {
        var atLeast = new ComparedTerm(VersionOperator.GreaterOrEqual, version);
        int dot = version.Text.LastIndexOf('.');
        return dot < 0 || !CondaVersion.TryParse(version.Text[..dot], out CondaVersion? prefix)
            ? atLeast
            : new JoinedTerm(true, [atLeast, new PrefixTerm(prefix)]);
    }

    private static PatternTerm? Pattern(ReadOnlySpan<char> version, out string? problem) =>
        version.ContainsAnyExcept(PatternCharacters)
            ? Refuse($"\"{version}\" is not a version", out problem) as PatternTerm
            : TextPattern.TryParse(version.ToString(), out TextPattern? pattern, out problem) ? new PatternTerm(pattern) : null;

    private static ReadOnlySpan<char> WithoutStars(ReadOnlySpan<char> version, out bool dotted, out bool starred, out bool repeated)
    {
        dotted = false;
        int stars = 0;
        bool dangling = version.EndsWith(".*.") || version.EndsWith("*.");
        ReadOnlySpan<char> stem = dangling ? version[..^1] : version;
        while (stem.Length > 1 && stem[^1] == '*')
        {
            stars++;
            dotted = stem[^2] == '.';
            stem = dotted ? stem[..^2] : stem[..^1];
        }

        starred = stars > 0;
        repeated = stars > 1 || dangling;
        return stem;
    }

    private static VersionTerm? Refuse(string reason, out string? problem)
    {
        problem = reason;
        return null;
    }
}
