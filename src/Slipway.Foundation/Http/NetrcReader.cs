using System.Net;
using System.Text;
using Slipway.Foundation.Text;

namespace Slipway.Foundation.Http;

/// <summary>Reads the words of a netrc file. A mistake ends the reading and is told with its place, but never with a word: it could be a password.</summary>
internal sealed class NetrcReader(SourceText source)
{
    private int _at, _start;

    /// <summary>By host, in small and capital letters the same.</summary>
    public Dictionary<string, NetworkCredential> Machines { get; } = new(StringComparer.OrdinalIgnoreCase);

    public NetworkCredential? Default { get; private set; }

    /// <summary>Reads all of it; null, or the mistake.</summary>
    public Diagnostic? Run()
    {
        string? machine = null, login = null, password = null;
        bool isOpen = false;
        while (Word() is { } word)
        {
            int start = _start;
            switch (word)
            {
                case "machine" or "default":
                    Close();
                    machine = word == "default" ? null : Word();
                    if (word == "machine" && machine is null)
                    {
                        return Mistake(start, "a host is expected behind machine");
                    }

                    isOpen = true;
                    break;
                case "macdef":
                    SkipMacro();
                    break;
                case "login" or "user" or "account" or "password" when isOpen:
                    if (Word() is not { } value)
                    {
                        return Mistake(start, $"a value is expected behind {word}");
                    }

                    (login, password) = word switch { "password" => (login, value), "account" => (login, password), _ => (value, password) };
                    break;
                default:
                    if (word.StartsWith('#'))
                    {
                        SkipLine(start);
                        break;
                    }

                    return Mistake(start, isOpen ? "expected login, password, account, machine, default or macdef here" : "expected machine, default or macdef here");
            }
        }

        Close();
        return null;

        void Close()
        {
            if (isOpen && (login ?? password) is not null)
            {
                var found = new NetworkCredential(login ?? "", password ?? "");
                Default = machine is null ? Default ?? found : Default;
                _ = machine is null || Machines.TryAdd(machine, found);
            }

            (isOpen, login, password) = (false, null, null);
        }

        // The entry that the mistake is in does not count: a password with a space that is not quoted would be half a password.
        Diagnostic Mistake(int start, string expected) => new(
            Severity.Warning, "netrc", $"{expected}; this login and those behind it are passed over", source, new TextSpan(start, 0),
            "Write: machine HOST login USER password PASSWORD; words with spaces go in double quotes.");
    }

    private string? Word()
    {
        string text = source.Text;
        while (_at < text.Length && char.IsWhiteSpace(text[_at]))
        {
            _at++;
        }

        _start = _at;
        if (_at == text.Length)
        {
            return null;
        }

        bool isQuoted = text[_at] == '"';
        _at += isQuoted ? 1 : 0;
        var word = new StringBuilder();
        for (; _at < text.Length; _at++)
        {
            if (isQuoted ? text[_at] == '"' : char.IsWhiteSpace(text[_at]))
            {
                _at += isQuoted ? 1 : 0;
                return word.ToString();
            }

            if (text[_at] == '\\' && _at + 1 < text.Length)
            {
                _at++;
            }

            word.Append(text[_at]);
        }

        return word.ToString();
    }

    // A macro goes to the next empty line.
    private void SkipMacro()
    {
        SkipLine(_at);
        for (int line = source.PositionAt(_at).Line; line <= source.LineCount; line++)
        {
            if (source.Line(line).IsWhiteSpace())
            {
                _at = source.LineStart(line);
                return;
            }
        }

        _at = source.Text.Length;
    }

    private void SkipLine(int from)
    {
        int line = source.PositionAt(from).Line;
        _at = line < source.LineCount ? source.LineStart(line + 1) : source.Text.Length;
    }
}
