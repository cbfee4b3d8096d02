using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>Walks the top of a file once: global arguments, conditionals around stages, stages.</summary>
internal sealed class DockerfileResolver(
    DockerfileDocument document,
    IReadOnlyDictionary<string, string> buildArguments,
    IReadOnlyDictionary<string, string> platformArguments)
{
    private readonly WordExpander _expander = new(document.EscapeCharacter);
    private readonly Dictionary<string, string> _values = [];
    private readonly List<GlobalArgument> _arguments = [];
    private readonly List<Stage> _stages = [];
    private readonly List<BranchDecision> _decisions = [];
    private List<Node>? _body;

    public ResolvedDockerfile Resolve()
    {
        foreach ((string name, string value) in platformArguments)
        {
            _values[name] = buildArguments.GetValueOrDefault(name, value);
        }

        Walk(document.Nodes);
        if (_stages.Count == 0)
        {
            throw new DiagnosticException(new Diagnostic(
                Severity.Error, "no-stage", "the Dockerfile contains no stages to build; a FROM was expected", document.Source, new TextSpan(0, 0)));
        }

        return new ResolvedDockerfile(_arguments, _stages, _decisions, _values);
    }

    private void Walk(IReadOnlyList<Node> nodes)
    {
        foreach (Node node in nodes)
        {
            switch (node)
            {
                case FromInstruction from:
                    _body = [];
                    _stages.Add(new Stage(_stages.Count, from, _body));
                    break;
                case IfNode conditional when _body is null || conditional.HoldsStages:
                    Walk(conditional.Choose(Lookup, _decisions));
                    break;
                case ArgInstruction argument when _body is null:
                    Declare(argument);
                    break;
                case Instruction instruction when _body is null:
                    throw NoStage(instruction);
                default:
                    _body!.Add(node);
                    break;
            }
        }
    }

    private string? Lookup(string name) => _values.GetValueOrDefault(name);

    private void Declare(ArgInstruction instruction)
    {
        foreach (ArgDeclaration declaration in instruction.Arguments)
        {
            string name = Expand(instruction, declaration.Name, declaration.Span);
            string? value = buildArguments.TryGetValue(name, out string? given)
                ? given
                : declaration.Default is { } word ? Expand(instruction, word.Text, word.Span) : null;
            if (value is not null)
            {
                _values[name] = value;
            }

            _arguments.Add(new GlobalArgument(name, value, instruction, declaration));
        }
    }

    private string Expand(Instruction instruction, string word, TextSpan span)
    {
        try
        {
            return _expander.Expand(word, Lookup);
        }
        catch (ExpansionException mistake)
        {
            throw new DiagnosticException(new Diagnostic(Severity.Error, "bad-substitution", mistake.Message, instruction.Source, span));
        }
    }

    private static DiagnosticException NoStage(Instruction instruction) => new(new Diagnostic(
        Severity.Error,
        "no-stage",
        $"no build stage in current context: the conditionals above leave {instruction.Name} without a FROM",
        instruction.Source,
        instruction.Span));
}
