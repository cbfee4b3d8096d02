using Slipway.Dockerfile;
using Slipway.Foundation.Text;

namespace Slipway.Lint;

/// <summary>Goes through a stage as a build would, keeping ARG and ENV, and shows each instruction to the rules.</summary>
internal sealed class StageWalker(
    ResolvedDockerfile file, char escapeCharacter, LintOptions options, IReadOnlyList<LintRule> rules, LintCollector found)
{
    private readonly WordExpander _expander = new(escapeCharacter);
    private readonly Dictionary<string, Instruction> _previous = [];

    public void Walk(Stage stage, StageScope scope)
    {
        _previous.Clear();
        Walk(stage.Body, scope);
    }

    private void Walk(IReadOnlyList<Node> nodes, StageScope scope)
    {
        foreach (Node node in nodes)
        {
            try
            {
                Visit(node, scope);
            }
            catch (DiagnosticException mistake)
            {
                foreach (Diagnostic diagnostic in mistake.Diagnostics)
                {
                    found.AddError(diagnostic);
                }
            }
        }
    }

    private void Visit(Node node, StageScope scope)
    {
        if (node is IfNode conditional)
        {
            Walk(conditional.Choose(scope.Lookup, []), scope);
            return;
        }

        var instruction = (Instruction)node;
        var expander = new InstructionExpander(_expander, scope, file, options.BuildArguments);
        (IReadOnlyList<string> words, Action apply) = expander.Expand(instruction);
        var facts = new InstructionFacts(
            instruction,
            words,
            expander.Unmatched,
            scope.Environment.Keys,
            scope.HasWorkdir,
            scope.HasShell,
            _previous.GetValueOrDefault(instruction.Name),
            options.Ignore);
        foreach (LintRule rule in rules)
        {
            rule.CheckInstruction(facts, found);
        }

        apply();
        _previous[instruction.Name] = instruction;
    }
}
