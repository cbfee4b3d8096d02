using Slipway.Foundation.Text;

namespace Slipway.Cli.Rendering.Templates;

/// <summary>Makes the tree of a template.</summary>
internal sealed class TemplateParser(SourceText source, List<Token> tokens)
{
    private int _at;

    public static DiagnosticException Wrong(SourceText source, string message, int at) =>
        new(new Diagnostic(Severity.Error, "bad-format", message, source, new TextSpan(Math.Min(at, source.Text.Length), 1)));

    public IReadOnlyList<TemplateNode> Run()
    {
        List<TemplateNode> nodes = Nodes();
        return _at == tokens.Count ? nodes : throw Wrong(source, $"'{Keyword()}' without a beginning.", tokens[_at].Start);
    }

    /// <summary>Reads up to <c>{{end}}</c> or <c>{{else}}</c>, or to the end of the template.</summary>
    private List<TemplateNode> Nodes()
    {
        List<TemplateNode> nodes = [];
        while (_at < tokens.Count)
        {
            Token token = tokens[_at];
            if (token.Kind == TokenKind.Text)
            {
                nodes.Add(new TextNode(token.Text));
                _at++;
                continue;
            }

            switch (Keyword())
            {
                case "end" or "else":
                    return nodes;
                case "if" or "with":
                    bool isWith = tokens[++_at].Text == "with";
                    _at++;
                    nodes.Add(Conditional(isWith, token.Start));
                    break;
                case "range":
                    _at += 2;
                    nodes.Add(Range(token.Start));
                    break;
                default:
                    _at++;
                    if (tokens[_at].Kind != TokenKind.End)
                    {
                        (string? _, string? variable) = Declaration();
                        nodes.Add(new ActionNode(variable, ReadPipeline()));
                    }

                    Expect(TokenKind.End, "}}");
                    break;
            }
        }

        return nodes;
    }

    private string Keyword() => _at + 1 < tokens.Count && tokens[_at + 1].Kind == TokenKind.Name ? tokens[_at + 1].Text : "";

    private IfNode Conditional(bool isWith, int start)
    {
        Pipeline condition = ReadPipeline();
        Expect(TokenKind.End, "}}");
        List<TemplateNode> then = Nodes(), otherwise = [];
        if (Keyword() == "else")
        {
            _at += 2;
            if (tokens[_at] is { Kind: TokenKind.Name, Text: "if" or "with" } next)
            {
                _at++;
                return new IfNode(condition, isWith, then, [Conditional(next.Text == "with", start)]);
            }

            Expect(TokenKind.End, "}}");
            otherwise = Nodes();
        }

        End(start);
        return new IfNode(condition, isWith, then, otherwise);
    }

    private RangeNode Range(int start)
    {
        (string? key, string? value) = Declaration();
        Pipeline over = ReadPipeline();
        Expect(TokenKind.End, "}}");
        List<TemplateNode> body = Nodes(), otherwise = [];
        if (Keyword() == "else")
        {
            _at += 2;
            Expect(TokenKind.End, "}}");
            otherwise = Nodes();
        }

        End(start);
        return new RangeNode(key, value, over, body, otherwise);
    }

    private void End(int start)
    {
        if (Keyword() != "end")
        {
            throw Wrong(source, "This has no end; expected {{end}}.", start);
        }

        _at += 2;
        Expect(TokenKind.End, "}}");
    }

    // "$k, $v :=" or "$v :=", or nothing.
    private (string? Key, string? Value) Declaration()
    {
        if (tokens[_at].Kind != TokenKind.Variable)
        {
            return (null, null);
        }

        if (IsSign(_at + 1, ":=") || IsSign(_at + 1, "="))
        {
            _at += 2;
            return (null, tokens[_at - 2].Text);
        }

        if (IsSign(_at + 1, ",") && IsSign(_at + 3, ":="))
        {
            _at += 4;
            return (tokens[_at - 4].Text, tokens[_at - 2].Text);
        }

        return (null, null);
    }

    private bool IsSign(int at, string sign) => at < tokens.Count && tokens[at].Kind == TokenKind.Sign && tokens[at].Text == sign;

    private Pipeline ReadPipeline()
    {
        List<TemplateCommand> commands = [ReadCommand()];
        while (IsSign(_at, "|"))
        {
            _at++;
            commands.Add(ReadCommand());
        }

        return new Pipeline(commands);
    }

    private TemplateCommand ReadCommand()
    {
        string? function = null;
        int start = tokens[_at].Start;
        if (tokens[_at] is { Kind: TokenKind.Name } name && name.Text is not ("true" or "false" or "nil"))
        {
            function = TemplateFunctions.Names.Contains(name.Text) ? name.Text
                : throw Wrong(source, $"There is no function '{name.Text}'; there are {string.Join(", ", TemplateFunctions.Names)}.", name.Start);
            _at++;
        }

        List<Operand> operands = [];
        while (tokens[_at].Kind is TokenKind.Field or TokenKind.Variable or TokenKind.Literal or TokenKind.Name || IsSign(_at, "("))
        {
            operands.Add(ReadOperand());
        }

        return function is not null || operands.Count == 1
            ? new TemplateCommand(function, operands)
            : throw Wrong(source, "Expected one value or a function with its values.", start);
    }

    private Operand ReadOperand()
    {
        Token token = tokens[_at++];
        switch (token.Kind)
        {
            case TokenKind.Literal:
                return new Literal(token.Value);
            case TokenKind.Name:
                return token.Text switch
                {
                    "true" => new Literal(true),
                    "false" => new Literal(false),
                    "nil" => new Literal(null),
                    _ => throw Wrong(source, $"'{token.Text}' cannot stand here; put a function and its values in parentheses.", token.Start),
                };
            case TokenKind.Field:
                return new PathOperand(null, null, Fields(token.Text));
            case TokenKind.Variable:
                string[] parts = token.Text.Split('.');
                return new PathOperand(parts[0], null, parts[1..]);
            default:
                Pipeline inner = ReadPipeline();
                Expect(TokenKind.Sign, ")");
                IReadOnlyList<string> fields = tokens[_at] is { Kind: TokenKind.Field, Glued: true } ? Fields(tokens[_at++].Text) : [];
                return new PathOperand(null, inner, fields);
        }
    }

    private static string[] Fields(string text) => text.Length == 0 ? [] : text.Split('.');

    private void Expect(TokenKind kind, string text)
    {
        if (_at >= tokens.Count || tokens[_at].Kind != kind || tokens[_at].Text != text)
        {
            throw Wrong(source, $"Expected '{text}'.", _at < tokens.Count ? tokens[_at].Start : source.Text.Length);
        }

        _at++;
    }
}
