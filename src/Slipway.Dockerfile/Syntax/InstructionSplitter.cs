using System.Text;

namespace Slipway.Dockerfile;

/// <summary>Parts a joined line into keyword, flags and arguments.</summary>
internal sealed class InstructionSplitter
{
    private readonly LogicalLine _line;
    private readonly string _text;
    private readonly List<Word> _flags = [];
    private int _position;

    public InstructionSplitter(LogicalLine line, int start)
    {
        _line = line;
        _text = line.Text;
        _position = start;
        ArgumentsEnd = TrimmedEnd();
        SkipSpace();
        int keyword = _position;
        while (_position < ArgumentsEnd && !IsBlank(_text[_position]))
        {
            _position++;
        }

        Keyword = line.WordAt(keyword, _position);
        ReadFlags();
        ArgumentsStart = _position;
    }

    public Word Keyword { get; }

    public IReadOnlyList<Word> Flags => _flags;

    public int ArgumentsStart { get; }

    public int ArgumentsEnd { get; }

    private static bool IsBlank(char c) => c is '\t' or '\v' or '\f' or '\r' or ' ';

    private int TrimmedEnd()
    {
        int end = _text.Length;
        while (end > _position && char.IsWhiteSpace(_text[end - 1]))
        {
            end--;
        }

        return end;
    }

    private void SkipSpace()
    {
        while (_position < ArgumentsEnd && char.IsWhiteSpace(_text[_position]))
        {
            _position++;
        }
    }

    private void ReadFlags()
    {
        SkipSpace();
        while (_text.AsSpan(_position, ArgumentsEnd - _position).StartsWith("--"))
        {
            Word flag = ReadFlag();
            SkipSpace();
            if (flag.Text == "--")
            {
                return; // everything after it is an argument
            }

            _flags.Add(flag);
        }
    }

    /// <summary>Reads a word; quotes join it and are taken away, and a backslash (whatever the escape character) takes the next character as it is.</summary>
    private Word ReadFlag()
    {
        int start = _position;
        var word = new StringBuilder();
        char quote = '\0';
        for (; _position < ArgumentsEnd; _position++)
        {
            char c = _text[_position];
            if (quote == '\0' && char.IsWhiteSpace(c))
            {
                break;
            }

            if (quote == '\0' ? c is '\'' or '"' : c == quote)
            {
                quote = quote == '\0' ? c : '\0';
            }
            else if (c != '\\')
            {
                word.Append(c);
            }
            else if (_position + 1 < ArgumentsEnd)
            {
                word.Append(_text[++_position]);
            }
        }

        return new Word(word.ToString(), _line.Map(start, _position - start));
    }
}
