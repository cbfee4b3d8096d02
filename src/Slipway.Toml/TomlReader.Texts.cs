using System.Globalization;
using System.Text;
using Slipway.Foundation.Text;

namespace Slipway.Toml;

/// <summary>Texts: in single or double quotes, on one line or several.</summary>
internal sealed partial class TomlReader
{
    private TomlString Text()
    {
        int start = _at;
        char quote = Current;
        bool several = Peek(1) == quote && Peek(2) == quote;
        string value = several ? SeveralLines(quote, start) : OneLine(quote, start);
        return new TomlString(TextSpan.FromBounds(start, _at), value);
    }

    private string OneLine(char quote, int start)
    {
        _at++;
        int from = _at;
        StringBuilder? built = null;
        while (Current != quote)
        {
            if (AtLineEnd)
            {
                throw new TomlSyntaxException("bad-toml", $"this text is not closed; its line ends without another {quote}", new TextSpan(start, 1), "a text of several lines stands in three quotes");
            }

            NoControl();
            if (quote == '"' && Current == '\\')
            {
                (built ??= new StringBuilder()).Append(_text, from, _at - from);
                Escape(built);
                from = _at;
            }
            else
            {
                _at++;
            }
        }

        string value = built is null ? _text[from.._at] : built.Append(_text, from, _at - from).ToString();
        _at++;
        return value;
    }

    private string SeveralLines(char quote, int start)
    {
        _at += 3;
        if (!AtEnd && AtLineEnd)
        {
            NewLine();
        }

        var built = new StringBuilder();
        while (true)
        {
            if (AtEnd)
            {
                throw new TomlSyntaxException("bad-toml", "this text is not closed", new TextSpan(start, 3), $"it ends in {new string(quote, 3)}");
            }

            if (AtLineEnd)
            {
                built.Append('\n');
                NewLine();
            }
            else if (Current == quote && Peek(1) == quote && Peek(2) == quote)
            {
                // One or two quotes may stand before the three that end it.
                for (int more = 0; more < 2 && Peek(3) == quote; more++)
                {
                    built.Append(quote);
                    _at++;
                }

                _at += 3;
                return built.ToString();
            }
            else if (quote == '"' && Current == '\\')
            {
                if (!TryJoinLines())
                {
                    Escape(built);
                }
            }
            else
            {
                NoControl();
                built.Append(Current);
                _at++;
            }
        }
    }

    // A backslash that ends a line takes away all white space up to the next other character.
    private bool TryJoinLines()
    {
        int back = _at++;
        SkipSpace();
        if (!AtLineEnd || AtEnd)
        {
            _at = back;
            return false;
        }

        while (!AtEnd && (AtLineEnd || Current is ' ' or '\t'))
        {
            if (AtLineEnd)
            {
                NewLine();
            }
            else
            {
                _at++;
            }
        }

        return true;
    }

    private void NoControl()
    {
        if (IsControl(Current))
        {
            throw Unexpected("a text has no control characters", "in a text in double quotes they are written \\uXXXX");
        }
    }

    private void Escape(StringBuilder built)
    {
        int start = _at++;
        char kind = Current;
        _at++;
        switch (kind)
        {
            case 'b':
                built.Append('\b');
                break;
            case 't':
                built.Append('\t');
                break;
            case 'n':
                built.Append('\n');
                break;
            case 'f':
                built.Append('\f');
                break;
            case 'r':
                built.Append('\r');
                break;
            case '"' or '\\':
                built.Append(kind);
                break;
            case 'u' or 'U':
                int length = kind == 'u' ? 4 : 8;
                ReadOnlySpan<char> digits = _text.AsSpan(_at, Math.Min(length, _text.Length - _at));
                if (digits.Length < length || !uint.TryParse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out uint code) || !Rune.IsValid(code))
                {
                    throw new TomlSyntaxException(
                        "bad-toml", $"\\{kind} is followed by the {length} hexadecimal digits of a character", TextSpan.FromBounds(start, Math.Min(_at, _text.Length)), "surrogates (D800 to DFFF) are no characters");
                }

                _at += length;
                built.Append(new Rune(code).ToString());
                break;
            default:
                throw new TomlSyntaxException(
                    "bad-toml", "there is no such escape in a text in double quotes", TextSpan.FromBounds(start, Math.Min(_at, _text.Length)), "a backslash is written \\\\, or the text put in single quotes, where nothing is escaped");
        }
    }
}
