using System.Text;

namespace Slipway.Conda.Activation;

/// <summary>Takes a shell script apart (POSIX.1-2024, XCU 2.3), as far as plain scripts go; whatever else is in it throws <see cref="ShellLimitException"/>.</summary>
internal sealed class ShellLexer(string script)
{
    private readonly List<ShellToken> _tokens = [];
    private int _at, _line = 1;

    internal static List<ShellToken> Read(string script) => new ShellLexer(script.ReplaceLineEndings("\n")).Run();

    private List<ShellToken> Run()
    {
        while (_at < script.Length)
        {
            char c = script[_at];
            switch (c)
            {
                case ' ' or '\t':
                    _at++;
                    break;
                case '\\' when Next == '\n':
                    (_at, _line) = (_at + 2, _line + 1);
                    break;
                case '#':
                    _at = script.IndexOf('\n', _at) is var end and >= 0 ? end : script.Length;
                    break;
                case '\n' or ';':
                    Add(ShellTokenKind.End, 1);
                    _line += c == '\n' ? 1 : 0;
                    break;
                case '&' when Next == '&':
                    Add(ShellTokenKind.And, 2);
                    break;
                case '|' when Next == '|':
                    Add(ShellTokenKind.Or, 2);
                    break;
                case '&' or '|' or '<' or '>' or '(' or ')':
                    throw Limit($"'{c}'");
                default:
                    int line = _line;
                    _tokens.Add(new ShellToken(ShellTokenKind.Word, ReadWord(" \t\n;&|<>()", isQuoted: false), line));
                    break;
            }
        }

        _tokens.Add(new ShellToken(ShellTokenKind.End, null, _line));
        return _tokens;
    }

    private char Next => _at + 1 < script.Length ? script[_at + 1] : '\0';

    private void Add(ShellTokenKind kind, int length)
    {
        _tokens.Add(new ShellToken(kind, null, _line));
        _at += length;
    }

    // Up to one of the ends; inside double quotes, the pieces are quoted.
    private ShellWord ReadWord(string ends, bool isQuoted)
    {
        var pieces = new List<ShellPiece>();
        var text = new StringBuilder();
        while (_at < script.Length && !ends.Contains(script[_at]))
        {
            char c = script[_at++];
            switch (c)
            {
                case '\'' when !isQuoted:
                    Flush(isQuoted);
                    int close = script.IndexOf('\'', _at);
                    string quoted = close >= 0 ? script[_at..close] : throw Limit("a quote without its end");
                    pieces.Add(new ShellPiece(quoted, IsQuoted: true));
                    (_at, _line) = (close + 1, _line + quoted.Count('\n'));
                    break;
                case '"' when !isQuoted:
                    Flush(isQuoted);
                    ShellWord inner = ReadWord("\"", isQuoted: true);
                    pieces.AddRange(inner.Pieces.Count > 0 ? inner.Pieces : [new ShellPiece("", IsQuoted: true)]);
                    _at = _at < script.Length ? _at + 1 : throw Limit("a quote without its end");
                    break;
                case '\\':
                    Escape(text, isQuoted);
                    break;
                case '$':
                    Flush(isQuoted);
                    pieces.Add(ReadVariable(isQuoted));
                    break;
                case '`':
                    throw Limit("a command in backticks");
                case '[' when !isQuoted && text.Length == 1 && text[0] == '[' && pieces.Count == 0:
                    text.Append(c);
                    break;
                case '*' or '?' or '[' when !isQuoted && (text.Length > 0 || pieces.Count > 0 || !IsTestBracket()):
                case '~' when !isQuoted && (text.Length == 0 ? pieces.Count == 0 : text[^1] is '=' or ':'):
                    throw Limit($"the pattern '{c}'");
                default:
                    _line += c == '\n' ? 1 : 0;
                    text.Append(c);
                    break;
            }
        }

        Flush(isQuoted);
        return new ShellWord(pieces);

        void Flush(bool quoted)
        {
            if (text.Length > 0)
            {
                pieces.Add(new ShellPiece(text.ToString(), quoted));
                text.Clear();
            }
        }
    }

    // [ and [[ as commands; the first bracket is taken already.
    private bool IsTestBracket()
    {
        if (script[_at - 1] != '[')
        {
            return false;
        }

        return script.AsSpan(_at) is [' ' or '\t', ..] or ['[', ' ' or '\t', ..];
    }

    private void Escape(StringBuilder text, bool isQuoted)
    {
        char next = _at < script.Length ? script[_at++] : throw Limit("a backslash at the end");
        if (next == '\n')
        {
            _line++;
        }
        else
        {
            // In double quotes a backslash is itself before most characters.
            text.Append(isQuoted && next is not ('$' or '`' or '"' or '\\') ? "\\" : "").Append(next);
        }
    }

    private ShellPiece ReadVariable(bool isQuoted)
    {
        bool inBraces = _at < script.Length && script[_at] == '{';
        _at += inBraces ? 1 : 0;
        int start = _at;
        while (_at < script.Length && (script[_at] == '_' || char.IsAsciiLetter(script[_at]) || (char.IsAsciiDigit(script[_at]) && _at > start)))
        {
            _at++;
        }

        string name = script[start.._at];
        if (name.Length == 0)
        {
            throw Limit(_at < script.Length && script[_at] == '(' ? "a command in $(…)" : "a special parameter");
        }

        if (!inBraces)
        {
            return new ShellPiece("", isQuoted, name);
        }

        string op = script.AsSpan(_at) switch
        {
            [':', '-', ..] => ":-",
            [':', '+', ..] => ":+",
            ['-', ..] => "-",
            ['+', ..] => "+",
            ['}', ..] => "",
            _ => throw Limit($"the expansion of '{name}'"),
        };
        _at += op.Length;
        ShellWord? alternative = op.Length > 0 ? ReadWord("}", isQuoted) : null;
        _at = _at < script.Length ? _at + 1 : throw Limit("a brace without its end");
        return new ShellPiece("", isQuoted, name, op, alternative);
    }

    private ShellLimitException Limit(string what) => new(_line, $"it has {what}");
}
