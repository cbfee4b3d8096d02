using System.Globalization;
using System.Text;
using Slipway.Foundation.Text;

namespace Slipway.Cli.Rendering.Templates;

internal enum TokenKind
{
    /// <summary>Text between actions.</summary>
    Text,
    Begin,
    End,

    /// <summary>A function's or keyword's name.</summary>
    Name,

    /// <summary><c>.A.B</c> or a lone dot, whose text is empty fields.</summary>
    Field,
    Variable,
    Literal,

    /// <summary><c>| ( ) , := =</c>.</summary>
    Sign,
}

/// <param name="Kind">What it is.</param>
/// <param name="Text">Its text; for a field without the first dot.</param>
/// <param name="Start">The offset in the template.</param>
/// <param name="Value">A literal's value.</param>
/// <param name="Glued">Whether it follows the token before without white space.</param>
internal readonly record struct Token(TokenKind Kind, string Text, int Start, object? Value, bool Glued);

/// <summary>Cuts a template in the language of Go's text/template into tokens.</summary>
internal sealed class TemplateLexer(SourceText source)
{
    private readonly string _text = source.Text;
    private readonly List<Token> _tokens = [];
    private int _at;

    public List<Token> Run()
    {
        while (_at < _text.Length)
        {
            int open = _text.IndexOf("{{", _at, StringComparison.Ordinal);
            bool trim = open >= 0 && IsTrim(open + 2);
            string text = open < 0 ? _text[_at..] : _text[_at..open];
            AddText(trim ? text.TrimEnd() : text);
            if (open < 0)
            {
                break;
            }

            Add(TokenKind.Begin, "{{", open);
            _at = open + (trim ? 3 : 2);
            Action(open);
        }

        return _tokens;
    }

    private void Action(int open)
    {
        if (_text.AsSpan(_at).TrimStart().StartsWith("/*"))
        {
            int close = _text.IndexOf("*/", _at, StringComparison.Ordinal);
            _at = close < 0 ? throw Wrong("The comment has no end; expected '*/}}'.", open) : close + 2;
        }

        while (true)
        {
            int before = _at;
            while (_at < _text.Length && char.IsWhiteSpace(_text[_at]))
            {
                _at++;
            }

            if (_at >= _text.Length)
            {
                throw Wrong("The action has no end; expected '}}'.", open);
            }

            bool trim = _text[_at] == '-' && _at > before && _text.AsSpan(_at + 1).StartsWith("}}");
            if (trim || _text.AsSpan(_at).StartsWith("}}"))
            {
                Add(TokenKind.End, "}}", _at);
                _at += trim ? 3 : 2;
                while (trim && _at < _text.Length && char.IsWhiteSpace(_text[_at]))
                {
                    _at++;
                }

                return;
            }

            Piece(glued: _at == before);
        }
    }

    private void Piece(bool glued)
    {
        int start = _at;
        char c = _text[_at];
        if (c is '|' or '(' or ')' or ',' or '=')
        {
            _at++;
            _tokens.Add(new Token(TokenKind.Sign, c.ToString(), start, null, glued));
        }
        else if (c == ':' && _text.AsSpan(_at).StartsWith(":="))
        {
            _at += 2;
            _tokens.Add(new Token(TokenKind.Sign, ":=", start, null, glued));
        }
        else if (c is '"' or '`')
        {
            _tokens.Add(new Token(TokenKind.Literal, "", start, Text(c), glued));
        }
        else if (char.IsAsciiDigit(c) || (c == '-' && _at + 1 < _text.Length && char.IsAsciiDigit(_text[_at + 1])))
        {
            _at++;
            string number = _text[start..SkipName()];
            object value = long.TryParse(number, CultureInfo.InvariantCulture, out long whole) ? whole
                : double.TryParse(number, CultureInfo.InvariantCulture, out double real) ? real
                : throw Wrong($"'{number}' is not a number.", start);
            _tokens.Add(new Token(TokenKind.Literal, number, start, value, glued));
        }
        else if (c is '.' or '$')
        {
            _at++;
            _tokens.Add(new Token(c == '.' ? TokenKind.Field : TokenKind.Variable, _text[(start + 1)..SkipName()], start, null, glued));
        }
        else if (char.IsLetter(c) || c == '_')
        {
            _tokens.Add(new Token(TokenKind.Name, _text[start..SkipName()], start, null, glued));
        }
        else
        {
            throw Wrong($"Unexpected '{c}' in an action.", start);
        }
    }

    private int SkipName()
    {
        while (_at < _text.Length && (char.IsLetterOrDigit(_text[_at]) || _text[_at] is '_' or '.'))
        {
            _at++;
        }

        return _at;
    }

    private string Text(char quote)
    {
        int start = _at++;
        var text = new StringBuilder();
        while (_at < _text.Length && _text[_at] != quote)
        {
            if (quote == '"' && _text[_at] == '\\' && _at + 1 < _text.Length)
            {
                _at++;
                text.Append(_text[_at] switch { 'n' => '\n', 't' => '\t', 'r' => '\r', var other => other });
            }
            else
            {
                text.Append(_text[_at]);
            }

            _at++;
        }

        _at = _at < _text.Length ? _at + 1 : throw Wrong($"The text has no end; expected {quote}.", start);
        return text.ToString();
    }

    // Go trims the text beside "{{- " and " -}}".
    private bool IsTrim(int at) => at + 1 < _text.Length && _text[at] == '-' && char.IsWhiteSpace(_text[at + 1]);

    private void AddText(string text)
    {
        if (text.Length > 0)
        {
            Add(TokenKind.Text, text, _at);
        }
    }

    private void Add(TokenKind kind, string text, int start) => _tokens.Add(new Token(kind, text, start, null, false));

    private DiagnosticException Wrong(string message, int at) => TemplateParser.Wrong(source, message, at);
}
