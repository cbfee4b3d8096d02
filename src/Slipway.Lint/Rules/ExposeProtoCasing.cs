using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed class ExposeProtoCasing() : LintRule(nameof(ExposeProtoCasing), "Protocol in EXPOSE instruction should be lowercase")
{
    public override void CheckInstruction(InstructionFacts instruction, LintCollector found)
    {
        if (instruction.Instruction is not ExposeInstruction)
        {
            return;
        }

        foreach (string port in instruction.Words)
        {
            string protocol = port[(port.IndexOf('/', StringComparison.Ordinal) + 1)..];
            if (protocol.Any(char.IsUpper))
            {
                found.Add(this, instruction.Instruction, $"Defined protocol '{port}' in EXPOSE instruction should be lowercase");
            }
        }
    }
}
