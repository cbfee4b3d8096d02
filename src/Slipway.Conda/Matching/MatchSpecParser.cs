using System.Buffers;
using Slipway.Conda.Records;
using Slipway.Conda.Versions;

namespace Slipway.Conda.Matching;

/// <summary>
/// Reads specs (CEP 29). All problems are a <see cref="FormatException"/> with half a sentence.
/// <c>channel/subdir:namespace:name version build[key=value]</c>, where everything but the name may be absent and the brackets win over what stands before them.
/// </summary>
internal static class MatchSpecParser
{
    private static readonly SearchValues<char> Compound = SearchValues.Create(",|<>!~=()");
    private static readonly SearchValues<char> NotInBuild = SearchValues.Create("-=,|<>~()");
    private static readonly SearchValues<char> EndOfName = SearchValues.Create(" \t=<>!~");

    public static MatchSpec Parse(string text, ParseMode mode)
    {
        string trimmed = text.Trim();
        if (PackageUrl.IsOne(trimmed))
        {
            return PackageUrl.Parse(trimmed);
        }

        int comment = trimmed.IndexOf('#');
        trimmed = comment < 0 ? trimmed : trimmed[..comment].TrimEnd();
        int at = trimmed.IndexOf(" @ ", StringComparison.Ordinal);
        if (at > 0 && PackageUrl.IsOne(trimmed[(at + 3)..].Trim()))
        {
            MatchSpec named = PackageUrl.Parse(trimmed[(at + 3)..].Trim());
            return named.Name.Matches(trimmed[..at].Trim()) ? named : throw new FormatException($"the file is a package called {named.Name}");
        }

        (string head, List<KeyValuePair<string, string>> pairs) = SpecBrackets.Split(trimmed);
        (string? channel, string? ns, string rest) = SplitChannel(head, mode);
        (string? parentChannel, string? subdir) = channel is null ? (null, null) : Subdirs.Split(channel);
        int end = rest.StartsWith('^') ? rest.IndexOf('$') + 1 : rest.AsSpan().IndexOfAny(EndOfName);
        string name = end <= 0 ? (end == 0 ? "" : rest) : rest[..end];
        if (name.Length == 0 && pairs.FirstOrDefault(p => p.Key == "name").Value is { } named2)
        {
            name = named2;
        }

        var spec = new MatchSpec
        {
            Name = SpecName.Parse(WithoutLegacyParentheses(name, mode)),
            Channel = parentChannel,
            Subdir = subdir,
            Namespace = ns,
        };
        if (end > 0 && end < rest.Length)
        {
            spec = WithVersionAndBuild(spec, rest[end..].Trim(), mode);
        }

        foreach ((string key, string value) in pairs)
        {
            spec = SpecKeys.Apply(spec, key, value, mode);
        }

        return spec;
    }

    /// <summary>A version as <c>pkg=…</c> or <c>pkg …</c> gives it: one equals sign means everything that begins so.</summary>
    public static VersionConstraint Version(string text, bool exact, ParseMode mode)
    {
        string trimmed = text.Trim();
        bool single = trimmed is ['=', not '=', ..] && !trimmed.AsSpan(1).ContainsAny(Compound);
        string body = single ? trimmed[1..].Trim() : trimmed;
        if (single && !exact && body.Length > 0 && !body.Contains('*') && body[0] != '^')
        {
            body += ".*";
        }

        return VersionConstraint.TryParse(body == "=" ? "" : body, mode, out VersionConstraint? constraint, out string? problem) ? constraint : throw new FormatException(problem);
    }

    private static MatchSpec WithVersionAndBuild(MatchSpec spec, string text, ParseMode mode)
    {
        int split = FindBuild(text);
        string version = split < 0 ? text : text[..split];
        bool joined = split >= 0 && text[split] == '=';
        if (joined && mode == ParseMode.Strict && version.Trim() is not ['=', not '=', ..])
        {
            throw new FormatException($"after {version.Trim()} the build must follow a space, or stand in brackets: [build={text[(split + 1)..].Trim()}]");
        }

        spec = spec with { Version = Version(version, exact: joined, mode) };
        return split < 0 ? spec : spec with { Build = SpecKeys.Pattern("build", text[(split + 1)..].Trim()) };
    }

    /// <summary>
    /// Where the build is split off: the first space or equals sign that follows no operator and has nothing of a version constraint behind it; -1 for none.
    /// </summary>
    private static int FindBuild(string text)
    {
        int last = text.AsSpan().LastIndexOfAny(NotInBuild);
        for (int i = Math.Max(1, last); i < text.Length; i++)
        {
            if (text[i] is not (' ' or '\t' or '='))
            {
                continue;
            }

            char before = text.AsSpan(0, i).TrimEnd() is [.., char c] ? c : '=';
            if (before is not ('=' or '!' or '|' or ',' or '<' or '>' or '~' or '(') && !string.IsNullOrWhiteSpace(text[(i + 1)..]) && !text.AsSpan(i).TrimStart().StartsWith(")"))
            {
                return text.AsSpan(i).TrimStart() is ['=', ..] ? text.IndexOf('=', i) : i;
            }
        }

        return -1;
    }

    private static (string? Channel, string? Namespace, string Remainder) SplitChannel(string head, ParseMode mode)
    {
        int colons = head.LastIndexOf("::", StringComparison.Ordinal);
        if (colons >= 0)
        {
            string channel = head[..colons].Trim();
            if (channel.Contains("::", StringComparison.Ordinal) || channel.EndsWith(':'))
            {
                channel = mode == ParseMode.Lenient ? channel.TrimEnd(':') : throw new FormatException("'::' occurs twice");
            }

            return channel.Length == 0 ? throw new FormatException("a channel is expected before '::'") : (channel, null, head[(colons + 2)..].TrimStart());
        }

        int second = head.LastIndexOf(':');
        if (second < 0)
        {
            return (null, null, head);
        }

        int first = second > 0 ? head.LastIndexOf(':', second - 1) : -1;
        return first < 0
            ? (null, head[..second], head[(second + 1)..])
            : (head[..first], head[(first + 1)..second], head[(second + 1)..]);
    }

    // blas(optional) and the like were written by programs long gone.
    private static string WithoutLegacyParentheses(string name, ParseMode mode)
    {
        int open = name.IndexOf('(');
        return mode == ParseMode.Lenient && open > 0 && name.EndsWith(')') && name.IndexOf(')') == name.Length - 1 ? name[..open] : name;
    }
}
