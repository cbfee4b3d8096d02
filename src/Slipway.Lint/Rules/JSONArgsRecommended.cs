using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed class JSONArgsRecommended() : LintRule(
    nameof(JSONArgsRecommended), "JSON arguments recommended for ENTRYPOINT/CMD to prevent unintended behavior related to OS signals")
{
    public override void CheckInstruction(InstructionFacts instruction, LintCollector found)
    {
        bool isShellForm = instruction.Instruction is CmdInstruction { Command.IsShell: true } or EntrypointInstruction { Command.IsShell: true };
        if (isShellForm && !instruction.HasShell) // who sets a SHELL wants it used
        {
            string keyword = instruction.Instruction.Syntax.Keyword.Text;
            found.Add(this, instruction.Instruction, $"JSON arguments recommended for {keyword} to prevent unintended behavior related to OS signals");
        }
    }
}
