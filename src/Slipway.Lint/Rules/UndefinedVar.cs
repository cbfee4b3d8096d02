using Slipway.Foundation.Text;

namespace Slipway.Lint;

internal sealed class UndefinedVar() : LintRule(nameof(UndefinedVar), "Variables should be defined before their use")
{
    public override void CheckInstruction(InstructionFacts instruction, LintCollector found)
    {
        foreach (string name in instruction.Unmatched)
        {
            string hint = Suggestion.Nearest(name, instruction.KnownNames.Order(StringComparer.Ordinal)) is { } near ? $" (did you mean ${near}?)" : "";
            found.Add(this, instruction.Instruction, $"Usage of undefined variable '${name}'{hint}");
        }
    }
}
