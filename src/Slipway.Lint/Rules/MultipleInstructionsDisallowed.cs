using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed class MultipleInstructionsDisallowed() : LintRule(
    nameof(MultipleInstructionsDisallowed), "Multiple instructions of the same type should not be used in the same stage")
{
    public override void CheckInstruction(InstructionFacts instruction, LintCollector found)
    {
        if (instruction is { Instruction: CmdInstruction or EntrypointInstruction or HealthcheckInstruction, Previous: { } previous })
        {
            string keyword = instruction.Instruction.Syntax.Keyword.Text;
            found.Add(this, previous, $"Multiple {keyword} instructions should not be used in the same stage because only the last one will be used");
        }
    }
}
