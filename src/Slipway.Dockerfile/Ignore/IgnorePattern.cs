namespace Slipway.Dockerfile;

/// <summary>One compiled pattern of an ignore file. Plain names and the usual forms with <c>**</c> are compared as text.</summary>
internal sealed class IgnorePattern
{
    private readonly string _text;
    private readonly Form _form;
    private readonly PatternToken[] _tokens;
    private readonly PatternToken[]?[] _segments;

    // What every match starts and ends with: most paths are refused by that alone.
    private readonly string _start;
    private readonly string _end;

    /// <summary>How many slashes a match has; -1 when <c>**</c> allows any number.</summary>
    private readonly int _slashes;

    /// <param name="text">The cleaned pattern, with <c>!</c> where it takes back.</param>
    /// <exception cref="FormatException">The pattern is malformed.</exception>
    public IgnorePattern(string text)
    {
        IsException = text[0] == '!';
        _text = IsException ? text[1..] : text;
        if (_text.Length == 0)
        {
            throw new FormatException("illegal exclusion pattern: \"!\"");
        }

        _tokens = GoPathMatch.Compile(_text, doubleStars: true);
        if (_tokens.Any(t => t.Class is { HasReversedRange: true }))
        {
            throw new FormatException($"a range goes backwards in the pattern '{_text}'");
        }

        _form = FormOf(_tokens, _text);
        _start = Literals(_tokens);
        _end = Literals(_tokens.Reverse(), reversed: true);
        bool isDeep = _tokens.Any(t => t.Kind is PatternKind.Directories or PatternKind.Everything);
        _slashes = isDeep ? -1 : _tokens.Count(t => t.Kind == PatternKind.Literal && t.Rune.Value == '/');
        _segments = IsException ? [.. _text.Split('/').Select(CompileSegment)] : [];
    }

    private enum Form
    {
        Exact,
        StartsWith,
        EndsWith,
        Tokens,
    }

    /// <summary>Written with <c>!</c>: takes paths back.</summary>
    public bool IsException { get; }

    /// <summary>The pattern matches the path or a directory above it.</summary>
    public bool IsMatchOrParent(ReadOnlySpan<char> path)
    {
        int slashes = 0;
        for (int i = 0; i <= path.Length; i++)
        {
            if (i < path.Length && path[i] != '/')
            {
                continue;
            }

            if ((_slashes < 0 || slashes == _slashes) && IsMatch(path[..i]))
            {
                return true;
            }

            if (slashes++ == _slashes)
            {
                return false;
            }
        }

        return false;
    }

    private bool IsMatch(ReadOnlySpan<char> path) => _form switch
    {
        Form.Exact => path.SequenceEqual(_text),
        Form.StartsWith => path.StartsWith(_text.AsSpan(0, _text.Length - 2)),
        Form.EndsWith => MatchesEnd(path, _text.AsSpan(2)),
        _ => path.StartsWith(_start) && path.EndsWith(_end) && TokenMatcher.IsMatch(_tokens, path),
    };

    /// <summary>Some path below the directory might match.</summary>
    public bool CanMatchBelow(string directory)
    {
        string[] names = directory.Split('/');
        for (int i = 0; i < Math.Min(names.Length, _segments.Length); i++)
        {
            if (_segments[i] is not { } segment)
            {
                return true; // ** takes any number of directories
            }

            if (!TokenMatcher.IsMatch(segment, names[i]))
            {
                return false;
            }
        }

        return true;
    }

    private static string Literals(IEnumerable<PatternToken> tokens, bool reversed = false)
    {
        IEnumerable<string> runes = tokens.TakeWhile(t => t.Kind == PatternKind.Literal).Select(t => t.Rune.ToString());
        return string.Concat(reversed ? runes.Reverse() : runes);
    }

    private static PatternToken[]? CompileSegment(string segment)
    {
        try
        {
            return segment.Contains("**", StringComparison.Ordinal) ? null : GoPathMatch.Compile(segment, doubleStars: false);
        }
        catch (FormatException)
        {
            return null; // A bracket that holds a slash: say "might match" rather than take it apart
        }
    }

    /// <summary><c>**</c> with a plain rest is a comparison with the end, so that <c>**file</c> takes <c>myfile</c> too.</summary>
    private static bool MatchesEnd(ReadOnlySpan<char> path, ReadOnlySpan<char> end) =>
        path.EndsWith(end) || (end.StartsWith("/") && path.SequenceEqual(end[1..]));

    private static Form FormOf(PatternToken[] tokens, string text)
    {
        bool hasEscape = text.Contains('\\', StringComparison.Ordinal);
        int special = tokens.Count(t => t.Kind != PatternKind.Literal);
        return (hasEscape, special) switch
        {
            (false, 0) => Form.Exact,
            (false, 1) when tokens is [.., { Kind: PatternKind.Everything }] && !text.EndsWith("**/", StringComparison.Ordinal) =>
                tokens.Length == 1 ? Form.EndsWith : Form.StartsWith,
            (false, 2) when tokens is [{ Kind: PatternKind.Directories }, ..] => Form.EndsWith,
            _ => Form.Tokens,
        };
    }
}
