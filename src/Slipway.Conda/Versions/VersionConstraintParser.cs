using System.Buffers;

namespace Slipway.Conda.Versions;

/// <summary>Reads the text of a constraint into terms. Recursive descent: bars of commas of (parentheses or leaves).</summary>
internal ref struct VersionConstraintParser
{
    private static readonly SearchValues<char> SecondVersion = SearchValues.Create(" \t=<>~");

    private const int DeepestNesting = 32; // far beyond anything real; a hostile channel must not overflow the stack

    private readonly ReadOnlySpan<char> _text;
    private readonly string _whole;
    private readonly ParseMode _mode;
    private int _position;
    private int _depth;
    private string? _problem;

    private VersionConstraintParser(string text, ParseMode mode)
    {
        _whole = text;
        _text = text;
        _mode = mode;
    }

    /// <summary>The terms, or null and one sentence about what is wrong.</summary>
    public static (VersionTerm? Term, string? Problem) Parse(string text, ParseMode mode)
    {
        if (string.IsNullOrWhiteSpace(text))
        {
            return (AnyVersionTerm.Instance, null);
        }

        var parser = new VersionConstraintParser(text, mode);
        VersionTerm? term = parser.Alternatives();
        if (term is not null && parser._position < text.Length)
        {
            term = parser.Fail($"'{text[parser._position]}' has no partner");
        }

        return (term, term is null ? $"\"{text}\" is not a version constraint: {parser._problem}" : null);
    }

    private VersionTerm? Alternatives() => Joined('|', all: false);

    private VersionTerm? Joined(char separator, bool all)
    {
        List<VersionTerm>? terms = null;
        VersionTerm? first = null;
        while (true)
        {
            // A dangling bar or comma occurs in old channels.
            bool dangling = _mode == ParseMode.Lenient && first is not null && AtEnd();
            VersionTerm? term = dangling ? first : all ? Primary() : Joined(',', all: true);
            if (term is null)
            {
                return null;
            }

            if (first is null)
            {
                first = term;
            }
            else if (!dangling)
            {
                (terms ??= [first]).Add(term);
            }

            SkipSpaces();
            if (_position >= _text.Length || _text[_position] != separator)
            {
                return terms is null ? first : new JoinedTerm(all, terms);
            }

            _position++;
        }
    }

    private VersionTerm? Primary()
    {
        SkipSpaces();
        if (_position < _text.Length && _text[_position] == '(')
        {
            if (++_depth > DeepestNesting)
            {
                return Fail("it is nested too deeply");
            }

            _position++;
            VersionTerm? inner = Alternatives();
            SkipSpaces();
            if (inner is not null && (_position >= _text.Length || _text[_position] != ')'))
            {
                return Fail("a '(' is not closed");
            }

            _position++;
            _depth--;
            return inner;
        }

        int start = _position;
        bool expression = _position < _text.Length && _text[_position] == '^';
        while (_position < _text.Length)
        {
            // Inside ^…$ bars and parentheses belong to the expression.
            if (_text[_position] is ',' or '|' or '(' or ')' && (!expression || _text[_position - 1] == '$'))
            {
                break;
            }

            _position++;
        }

        ReadOnlySpan<char> leaf = _text[start.._position].Trim();
        return leaf.IsEmpty ? Fail(start >= _text.Length ? "it ends where a version is expected" : $"a version is expected before '{_text[start]}'") : Leaf(leaf);
    }

    private VersionTerm? Leaf(ReadOnlySpan<char> leaf)
    {
        if (leaf[0] == '^' || leaf[^1] == '$')
        {
            return TextPattern.TryParse(leaf.ToString(), out TextPattern? pattern, out string? problem) ? new PatternTerm(pattern) : Fail(problem!);
        }

        int length = leaf.IndexOfAnyExcept("=<>!~");
        if (length < 0)
        {
            return Fail($"no version follows {leaf}");
        }

        ReadOnlySpan<char> symbol = leaf[..length], version = leaf[length..].TrimStart();
        if (symbol is not ("" or "=" or "==" or "!=" or "<" or "<=" or ">" or ">=" or "~="))
        {
            return Fail($"there is no operator {symbol}");
        }

        if (version.IndexOfAny(SecondVersion) is int end and >= 0)
        {
            return Fail($"the versions on the two sides of '{version[end..].Trim()[..1]}' need a ',' or a '|' between them");
        }

        return VersionLeaf.Make(symbol, version, _mode, out string? reason) ?? Fail(reason!);
    }

    private bool AtEnd()
    {
        SkipSpaces();
        return _position >= _text.Length;
    }

    private void SkipSpaces()
    {
        while (_position < _text.Length && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }

    private VersionTerm? Fail(string problem)
    {
        _problem ??= problem;
        return null;
    }
}
