namespace Slipway.Conda.Versions;

/// <summary>
/// Splits a version into segments and runs (CEP 33): an epoch before <c>!</c>, a main part, a local part after <c>+</c>;
/// segments end at <c>.</c>, <c>_</c> or <c>-</c>; a segment that begins with a letter begins with a 0 nobody wrote;
/// an underscore at the very end belongs to the letters before it (openssl).
/// The first token is always the epoch, as a segment of its own.
/// </summary>
internal ref struct VersionLexer
{
    private readonly ReadOnlySpan<char> _text; // lower case, without white space around it
    private readonly int _mainEnd;             // where '+' stands, or the end
    private readonly int _trailing;            // index of an underscore that does not separate, or -1
    private int _position;
    private bool _segmentStart = true;
    private State _state = State.Epoch;

    private VersionLexer(ReadOnlySpan<char> text, int mainStart, int mainEnd, int trailing)
    {
        _text = text;
        _position = mainStart;
        _mainEnd = mainEnd;
        _trailing = trailing;
    }

    private enum State
    {
        Epoch,
        Main,
        Local,
        End,
    }

    public VersionToken Current { get; private set; }

    public readonly VersionLexer GetEnumerator() => this;

    /// <summary>Checks the form and makes a lexer; <paramref name="problem"/> says in half a sentence what is wrong.</summary>
    /// <param name="text">Lower case, without white space around it.</param>
    /// <param name="allowStars">Whether <c>*</c> may stand for letters, as it does inside constraints.</param>
    /// <param name="lexer">The lexer, usable when the result is true.</param>
    /// <param name="problem">What is wrong, or null.</param>
    public static bool TryCreate(ReadOnlySpan<char> text, bool allowStars, out VersionLexer lexer, out string? problem)
    {
        lexer = default;
        problem = FindProblem(text, allowStars, out int mainStart, out int mainEnd);
        if (problem is not null)
        {
            return false;
        }

        int trailing = text[mainEnd - 1] is '_' or '-' ? mainEnd - 1 : -1;
        lexer = new VersionLexer(text, mainStart, mainEnd, trailing);
        return true;
    }

    public bool MoveNext()
    {
        switch (_state)
        {
            case State.Epoch:
                int mark = _text.IndexOf('!');
                Current = new VersionToken(VersionTokenKind.Number, 0, Math.Max(mark, 0), true, false);
                _state = State.Main;
                return true;
            case State.Main:
                return Run(_mainEnd, local: false);
            case State.Local:
                return Run(_text.Length, local: true);
            default:
                return false;
        }
    }

    private bool Run(int end, bool local)
    {
        if (_position >= end)
        {
            _position = end + 1;
            _segmentStart = true;
            _state = local || end == _text.Length ? State.End : State.Local;
            return MoveNext();
        }

        if (!_segmentStart && IsSeparator(_position))
        {
            _position++;
            _segmentStart = true;
        }

        char first = _text[_position];
        if (_segmentStart && !char.IsAsciiDigit(first))
        {
            _segmentStart = false;
            Current = new VersionToken(VersionTokenKind.Number, _position, 0, true, local);
            return true;
        }

        int start = _position++;
        while (_position < end && !IsSeparator(_position) && KindOf(_text[_position]) == KindOf(first))
        {
            _position++;
        }

        Current = new VersionToken(Classify(_text[start.._position]), start, _position - start, _segmentStart, local);
        _segmentStart = false;
        return true;
    }

    private readonly bool IsSeparator(int at) => _text[at] is '.' || (_text[at] is '_' or '-' && at != _trailing);

    private static int KindOf(char c) => char.IsAsciiDigit(c) ? 0 : c == '*' ? 1 : 2;

    private static VersionTokenKind Classify(ReadOnlySpan<char> run) => run switch
    {
        "dev" => VersionTokenKind.Dev,
        "post" => VersionTokenKind.Post,
        _ => char.IsAsciiDigit(run[0]) ? VersionTokenKind.Number : VersionTokenKind.Text,
    };

    private static string? FindProblem(ReadOnlySpan<char> text, bool allowStars, out int mainStart, out int mainEnd)
    {
        mainStart = 0;
        mainEnd = text.Length;
        if (text.IsEmpty)
        {
            return "it is empty";
        }

        bool dash = false, underscore = false;
        int epoch = -1, local = -1;
        for (int i = 0; i < text.Length; i++)
        {
            switch (text[i])
            {
                case (>= 'a' and <= 'z') or (>= '0' and <= '9') or '.':
                    break;
                case '*' when allowStars:
                    break;
                case '-':
                    dash = true;
                    break;
                case '_':
                    underscore = true;
                    break;
                case '!' when epoch < 0 && local < 0:
                    epoch = i;
                    break;
                case '+' when local < 0:
                    local = i;
                    break;
                default:
                    return $"'{text[i]}' cannot stand there";
            }
        }

        if (dash && underscore)
        {
            return "'-' and '_' may not both occur";
        }

        if (epoch >= 0 && (epoch == 0 || text[..epoch].ContainsAnyExceptInRange('0', '9')))
        {
            return "the epoch before '!' must be a whole number";
        }

        mainStart = epoch + 1;
        mainEnd = local >= 0 ? local : text.Length;
        ReadOnlySpan<char> main = text[mainStart..mainEnd];
        if (main.Length > 1 && main[^1] is '_' or '-')
        {
            main = main[..^1]; // the underscore of openssl's versions; what is before it must end a segment as usual
        }

        return HasEmptySegment(main) || (local >= 0 && HasEmptySegment(text[(local + 1)..])) ? "a part between two separators is empty" : null;
    }

    private static bool HasEmptySegment(ReadOnlySpan<char> part)
    {
        bool empty = true;
        foreach (char c in part)
        {
            bool separator = c is '.' or '_' or '-';
            if (separator && empty)
            {
                return true;
            }

            empty = separator;
        }

        return empty;
    }
}
