using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed class ExposeInvalidFormat() : LintRule(
    nameof(ExposeInvalidFormat),
    "IP address and host-port mapping should not be used in EXPOSE instruction. This will become an error in a future release")
{
    public override void CheckInstruction(InstructionFacts instruction, LintCollector found)
    {
        if (instruction.Instruction is not ExposeInstruction)
        {
            return;
        }

        foreach (string port in instruction.Words.Where(ExposePorts.HasHostPart))
        {
            found.Add(
                this, instruction.Instruction, $"EXPOSE instruction should not define an IP address or host-port mapping, found '{port}'");
        }
    }
}
