namespace Slipway.Conda.Activation;

/// <summary>
/// Follows a script that sets variables, without running anything: assignments, <c>export</c>, <c>unset</c>, and <c>if</c> with tests of variables and of files in the
/// environment. What cannot be known beforehand throws <see cref="ShellLimitException"/>.
/// </summary>
/// <param name="tokens">The script.</param>
/// <param name="variables">The variables; changed.</param>
/// <param name="tests">Answers tests.</param>
internal sealed class ShellScript(IReadOnlyList<ShellToken> tokens, Dictionary<string, ShellVariable> variables, ShellTests tests)
{
    private const int MostDepth = 50;
    private int _at;
    private bool _returned;

    internal void Run()
    {
        while (_at < tokens.Count && !_returned)
        {
            RunLists(isLive: true, depth: 0);
            if (_at < tokens.Count && !_returned)
            {
                throw Limit($"'{Keyword}' without its beginning");
            }
        }
    }

    private ShellToken Current => tokens[Math.Min(_at, tokens.Count - 1)];

    private string? Keyword => _at < tokens.Count ? Current.Word?.Plain : null;

    // Lists up to a keyword that ends them, or the end.
    private void RunLists(bool isLive, int depth)
    {
        while (_at < tokens.Count && !_returned)
        {
            if (Current.Kind == ShellTokenKind.End)
            {
                _at++;
            }
            else if (Keyword is "then" or "elif" or "else" or "fi")
            {
                return;
            }
            else
            {
                RunList(isLive, depth);
            }
        }
    }

    // Commands with && and || between them; true if the last one that was run succeeded.
    private bool RunList(bool isLive, int depth)
    {
        bool result = RunCommand(isLive, depth);
        while (Current.Kind is ShellTokenKind.And or ShellTokenKind.Or && _at < tokens.Count)
        {
            bool runs = Current.Kind == ShellTokenKind.And == result;
            _at++;
            while (_at < tokens.Count && Current is { Kind: ShellTokenKind.End } && _at < tokens.Count - 1)
            {
                _at++;
            }

            bool next = RunCommand(isLive && runs, depth);
            result = runs ? next : result;
        }

        return result;
    }

    private bool RunCommand(bool isLive, int depth)
    {
        if (Keyword == "if")
        {
            return depth < MostDepth ? RunIf(isLive, depth + 1) : throw Limit("too many nested conditions");
        }

        int line = Current.Line;
        var words = new List<ShellWord>();
        for (; Current is { Kind: ShellTokenKind.Word, Word: { } word } && _at < tokens.Count; _at++)
        {
            words.Add(word);
        }

        return words.Count == 0 ? throw Limit("an operator without a command") : Execute(words, isLive, line);
    }

    private bool RunIf(bool isLive, int depth)
    {
        bool done = !isLive;
        for (string? keyword = "if"; keyword is "if" or "elif"; keyword = Keyword)
        {
            _at++;
            bool holds = RunList(!done, depth);
            Expect("then");
            RunLists(!done && holds, depth);
            done |= holds;
        }

        if (Keyword == "else")
        {
            _at++;
            RunLists(!done, depth);
        }

        if (!_returned)
        {
            Expect("fi");
        }

        return true;
    }

    private void Expect(string keyword)
    {
        while (Current.Kind == ShellTokenKind.End && _at < tokens.Count - 1)
        {
            _at++;
        }

        _at = Keyword == keyword ? _at + 1 : throw Limit($"a condition without its '{keyword}'");
    }

    // Commands that are not run are looked at all the same: a script is understood as a whole or not at all.
    private bool Execute(List<ShellWord> words, bool isLive, int line)
    {
        switch (words[0].Plain)
        {
            case "export":
                words.Skip(1).ToList().ForEach(word => Assign(word, isLive, export: true, line));
                return true;
            case "unset":
                foreach (ShellWord word in words.Skip(1).Where(word => word.Plain != "-v"))
                {
                    string name = word.Plain is { } plain && IsName(plain) ? plain : throw new ShellLimitException(line, "it unsets what is no variable");
                    _ = isLive && variables.Remove(name);
                }

                return true;
            case ":" or "true" or "echo":
                return true;
            case "false":
                return false;
            case "return" or "exit" when words.Count == 1 || words[1].Plain == "0":
                _returned = isLive;
                return true;
            case "[" or "[[" or "test":
                return tests.Evaluate(words, variables, isLive, line);
            default:
                foreach (ShellWord word in words)
                {
                    Assign(word, isLive, export: false, line);
                }

                return true;
        }
    }

    private void Assign(ShellWord word, bool isLive, bool export, int line)
    {
        string first = word.Pieces.Count > 0 && word.Pieces[0] is { Variable: null, IsQuoted: false } piece ? piece.Text : "";
        int equals = first.IndexOf('=', StringComparison.Ordinal);
        string name = equals < 0 ? first : first[..equals];
        if (!IsName(name) || (equals < 0 && (!export || word.Pieces.Count != 1)))
        {
            throw new ShellLimitException(line, $"it runs '{(word.Plain ?? first) switch { "" => "something", var text => text }}'");
        }

        if (isLive)
        {
            ShellVariable old = variables.GetValueOrDefault(name);
            bool isExported = export || old.IsExported;
            variables[name] = new ShellVariable(equals < 0 ? old.Value ?? "" : Expand(word.From(equals + 1), variables), isExported);
        }
    }

    internal static string Expand(ShellWord word, Dictionary<string, ShellVariable> variables)
    {
        return string.Concat(word.Pieces.Select(piece => piece.Variable is null ? piece.Text : Value(piece)));

        string Value(ShellPiece piece)
        {
            bool isSet = variables.TryGetValue(piece.Variable!, out ShellVariable variable);
            bool counts = isSet && (!piece.Operator.StartsWith(':') || variable.Value.Length > 0);
            return piece.Operator switch
            {
                ":-" or "-" => counts ? variable.Value : Expand(piece.Alternative!, variables),
                ":+" or "+" => counts ? Expand(piece.Alternative!, variables) : "",
                _ => isSet ? variable.Value : "",
            };
        }
    }

    internal static bool IsName(string text) => text.Length > 0 && !char.IsAsciiDigit(text[0]) && text.All(c => c == '_' || char.IsAsciiLetterOrDigit(c));

    private ShellLimitException Limit(string what) => new(Current.Line, $"it has {what}");
}

/// <summary>A variable of a script.</summary>
internal readonly record struct ShellVariable(string Value, bool IsExported);
