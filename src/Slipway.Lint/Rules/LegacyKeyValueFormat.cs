using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed class LegacyKeyValueFormat() : LintRule(
    nameof(LegacyKeyValueFormat), "Legacy key/value format with whitespace separator should not be used")
{
    public override void CheckInstruction(InstructionFacts instruction, LintCollector found)
    {
        if (instruction.Instruction is EnvInstruction { IsLegacy: true } or LabelInstruction { IsLegacy: true })
        {
            string keyword = instruction.Instruction.Syntax.Keyword.Text;
            found.Add(this, instruction.Instruction, $"\"{keyword} key=value\" should be used instead of legacy \"{keyword} key value\" format");
        }
    }
}
