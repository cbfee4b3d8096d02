using Slipway.Foundation.Text;

namespace Slipway.Toml;

/// <summary>Statements, headers and keys; where keys may be added is decided here.</summary>
internal sealed partial class TomlReader(SourceText source, ICollection<Diagnostic> problems)
{
    // A person does not nest so deeply, and every table costs a frame when it is made final.
    private const int Deepest = 100;

    // More do not help a person.
    private const int MostProblems = 50;

    private readonly string _text = source.Text;
    private int _at;
    private int _reported;

    // How many brackets and braces of the statement are open.
    private int _open;

    private bool AtEnd => _at >= _text.Length;

    // A zero is no character of TOML, so it can stand for the end.
    private char Current => _at < _text.Length ? _text[_at] : '\0';

    private bool AtLineEnd => AtEnd || Current == '\n' || (Current == '\r' && Peek(1) == '\n');

    public TomlTable Document()
    {
        var root = new TableNode(default, TableOrigin.Header, 0);
        TableNode table = root;
        while (!AtEnd && _reported < MostProblems)
        {
            int start = _at;
            _open = 0;
            try
            {
                SkipSpace();
                if (Current == '[')
                {
                    table = Header(root);
                }
                else if (Current != '#' && !AtLineEnd)
                {
                    KeyAndValue(table);
                }

                LineEnd();
            }
            catch (TomlSyntaxException e)
            {
                // Keys below a header that could not be read are not those of the table before.
                table = _text.AsSpan(start).TrimStart(" \t").StartsWith('[') ? new TableNode(default, TableOrigin.Header, 0) : table;
                Report(e.Code, e.Message, e.Span, e.Help);
                Recover(start);
            }
        }

        return root.ToTable();
    }

    private char Peek(int ahead) => _at + ahead < _text.Length ? _text[_at + ahead] : '\0';

    private TableNode Header(TableNode root)
    {
        int start = _at;
        bool isArray = Peek(1) == '[';
        _at += isArray ? 2 : 1;
        SkipSpace();
        if (Current == ']')
        {
            throw Unexpected("a header has a name between its brackets", "for example [tool.name]");
        }

        List<TomlKey> keys = DottedKey();
        SkipSpace();
        if (Current != ']' || (isArray && Peek(1) != ']'))
        {
            throw Unexpected(isArray ? "the header of an array of tables ends in ]]" : "a header ends in ]", "a value that is an array stands behind a key and =");
        }

        _at += isArray ? 2 : 1;
        var span = TextSpan.FromBounds(start, _at);
        TableNode table = root;
        for (int i = 0; i < keys.Count - 1; i++)
        {
            switch (table[keys[i].Text])
            {
                case null:
                    var passed = new TableNode(span, TableOrigin.Passed, Deeper(table, keys[i]));
                    table.Add(keys[i], passed);
                    table = passed;
                    break;
                case TableNode { Origin: not TableOrigin.Inline } existing:
                    table = existing;
                    break;
                case TableArray array:
                    table = array.Tables[^1];
                    break;
                case var other:
                    return Detached(Closed(keys, i, other), span);
            }
        }

        TomlKey last = keys[^1];
        var added = new TableNode(span, TableOrigin.Header, Deeper(table, last));
        switch (table[last.Text])
        {
            case null when isArray:
                var first = new TableArray();
                first.Tables.Add(added);
                table.Add(last, first);
                return added;
            case null:
                table.Add(last, added);
                return added;
            case TableArray array when isArray:
                array.Tables.Add(added);
                return added;
            case TableNode { Origin: TableOrigin.Passed } passed when !isArray:
                passed.Origin = TableOrigin.Header;
                passed.Span = span;
                return passed;
            case TableNode { Origin: TableOrigin.Header } twice when !isArray:
                return Detached(Twice($"the table [{Name(keys)}]", twice.Span.Start, "a table has one header: put the keys together"), span);
            case var other:
                return Detached(Closed(keys, keys.Count - 1, other), span);
        }

        // What follows belongs to nothing that exists; it is read for its own mistakes.
        TableNode Detached((string Message, string? Help) problem, TextSpan where)
        {
            Report("duplicate-table", problem.Message, where, problem.Help);
            return new TableNode(where, TableOrigin.Header, 0);
        }
    }

    private void KeyAndValue(TableNode table)
    {
        List<TomlKey> keys = DottedKey();
        SkipSpace();
        if (Current != '=')
        {
            throw Unexpected("a key is followed by = and a value", AtLineEnd ? "a table is [in brackets], a comment begins with #" : "a key with other characters than letters, digits, - and _ stands in quotes");
        }

        _at++;
        SkipSpace();
        if (AtLineEnd || Current == '#')
        {
            throw Unexpected($"the value of '{Name(keys)}' is missing", "leave the line out when there is none: TOML has no empty value");
        }

        TomlValue value = Value(table.Depth + keys.Count);
        Set(table, keys, value);
    }

    /// <summary>Puts a value under a dotted key; what stands in the way is reported.</summary>
    private void Set(TableNode table, List<TomlKey> keys, object value)
    {
        for (int i = 0; i < keys.Count - 1; i++)
        {
            switch (table[keys[i].Text])
            {
                case null:
                    var made = new TableNode(keys[i].Span, TableOrigin.Dotted, Deeper(table, keys[i]));
                    table.Add(keys[i], made);
                    table = made;
                    break;
                case TableNode { Origin: TableOrigin.Dotted or TableOrigin.Passed } existing:
                    existing.Origin = TableOrigin.Dotted;
                    table = existing;
                    break;
                case TableNode { Origin: TableOrigin.Header } defined:
                    Report("duplicate-table", $"the table '{Name(keys, i)}' has a header in line {LineOf(defined.Span.Start)}, so a dotted key cannot add to it", keys[i].Span, "put the key below that header");
                    return;
                case var other:
                    (string message, string? help) = Closed(keys, i, other);
                    Report("duplicate-key", message, keys[i].Span, help);
                    return;
            }
        }

        if (table[keys[^1].Text] is null)
        {
            table.Add(keys[^1], value);
            return;
        }

        (string twice, string? keep) = Twice($"the key '{Name(keys)}'", table.KeySpan(keys[^1].Text).Start, "keep one of them");
        Report("duplicate-key", twice, keys[^1].Span, keep);
    }

    private static (string Message, string? Help) Closed(List<TomlKey> keys, int index, object? there)
    {
        string name = Name(keys, index);
        return there switch
        {
            TableNode { Origin: TableOrigin.Inline } or TomlTable => ($"the table '{name}' was written in braces and is complete; nothing can be added to it", "write all of it in the braces, or none of it"),
            TableNode { Origin: TableOrigin.Dotted } => ($"the table '{name}' was made by dotted keys, so it can have no header", "write all its keys in one of the two ways"),
            TableNode => ($"'{name}' is a table already, so it is no array of tables", "write [name] for the one table or [[name]] for each of several"),
            TableArray => ($"'{name}' is an array of tables", "write [[name]] for each of its tables"),
            TomlArray => ($"the array '{name}' was written in brackets and is complete; nothing can be added to it", "write all its tables in the brackets, or each below a header [[name]]"),
            TomlValue value => ($"'{name}' is {value.Kind}, so nothing can stand below it", null),
            _ => throw new InvalidOperationException("Nothing stands in the way."),
        };
    }

    private (string Message, string? Help) Twice(string what, int first, string help) => ($"{what} is there twice, first in line {LineOf(first)}", help);

    private static int Deeper(TableNode table, TomlKey key) => Deeper(table.Depth, key.Span);

    private static int Deeper(int depth, TextSpan span) => depth < Deepest
        ? depth + 1
        : throw new TomlSyntaxException("too-deep", $"this is nested deeper than {Deepest} levels", span, "no table that is meant to be read nests so deeply");

    private List<TomlKey> DottedKey()
    {
        List<TomlKey> keys = [];
        while (true)
        {
            SkipSpace();
            keys.Add(SimpleKey());
            SkipSpace();
            if (Current != '.')
            {
                return keys;
            }

            _at++;
        }
    }

    private TomlKey SimpleKey()
    {
        int start = _at;
        if (Current is '"' or '\'')
        {
            if (Peek(1) == Current && Peek(2) == Current)
            {
                throw Unexpected("a key stands on one line, in single quotes or double quotes", null);
            }

            TomlString quoted = Text();
            return new TomlKey(quoted.Span, quoted.Value);
        }

        while (char.IsAsciiLetterOrDigit(Current) || Current is '-' or '_')
        {
            _at++;
        }

        return _at > start
            ? new TomlKey(TextSpan.FromBounds(start, _at), _text[start.._at])
            : throw Unexpected("a key is expected", Current is '=' or '.' ? "an empty key is written \"\"" : "a key with other characters than letters, digits, - and _ stands in quotes");
    }

    private void SkipSpace()
    {
        while (Current is ' ' or '\t')
        {
            _at++;
        }
    }

    private void LineEnd()
    {
        SkipSpace();
        Comment();
        if (!AtLineEnd)
        {
            throw Unexpected("the line ends here", "one key, = and value a line; a comment begins with #");
        }

        NewLine();
    }

    private void NewLine() => _at = Math.Min(_at + (Current == '\r' ? 2 : 1), _text.Length);

    private void Comment()
    {
        if (Current != '#')
        {
            return;
        }

        for (; !AtLineEnd; _at++)
        {
            if (IsControl(Current))
            {
                throw Unexpected("a comment has no control characters", null);
            }
        }
    }

    // TOML 1.0, "Comment" and "String": tab is the only one that may stand for itself.
    private static bool IsControl(char c) => (c < ' ' && c != '\t') || c == '\u007F';

    // To the next line; out of brackets and texts of several lines, to the next line that looks like a statement.
    private void Recover(int start)
    {
        _at = Math.Min(_at, _text.Length);
        int line = _text.LastIndexOf('\n', Math.Max(_at - 1, start), Math.Max(_at - start, 0)) + 1;
        bool several = line > start || _open > 0;
        if (line > start && !AtEnd && Statement().IsMatch(_text, line))
        {
            // What was not closed before goes on here by mistake.
            _at = line;
            return;
        }

        while (!AtEnd)
        {
            while (!AtEnd && Current != '\n')
            {
                _at++;
            }

            _at = Math.Min(_at + 1, _text.Length);
            if (!several || Statement().IsMatch(_text, _at))
            {
                return;
            }
        }
    }

    [System.Text.RegularExpressions.GeneratedRegex("""\G(?:\[\[?[^\],"']+\]\]?[ \t]*(?:#|\r?$)|[A-Za-z0-9_.-]+[ \t]*=)""", System.Text.RegularExpressions.RegexOptions.Multiline)]
    private static partial System.Text.RegularExpressions.Regex Statement();

    private static string Name(List<TomlKey> keys) => Name(keys, keys.Count - 1);

    private static string Name(List<TomlKey> keys, int last) => string.Join('.', keys.Take(last + 1).Select(k => TomlWriter.Key(k.Text)));

    private int LineOf(int offset) => source.PositionAt(offset).Line;

    private TomlSyntaxException Unexpected(string expected, string? help)
    {
        string found = AtEnd ? "the file ends"
            : AtLineEnd ? "the line ends"
            : IsControl(Current) ? $"there is the control character U+{(int)Current:X4}"
            : $"there is '{(char.IsHighSurrogate(Current) ? _text.AsSpan(_at, Math.Min(2, _text.Length - _at)).ToString() : Current)}'";
        return new TomlSyntaxException("bad-toml", $"{expected}; {found}", new TextSpan(_at, AtLineEnd ? 0 : 1), help);
    }

    private void Report(string code, string message, TextSpan span, string? help)
    {
        _reported++;
        problems.Add(new Diagnostic(Severity.Error, code, message, source, span, help));
    }
}
