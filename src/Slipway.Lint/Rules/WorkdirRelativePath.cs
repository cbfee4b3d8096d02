using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed class WorkdirRelativePath() : LintRule(
    nameof(WorkdirRelativePath),
    "Relative workdir without an absolute workdir declared within the build can have unexpected results if the base image changes")
{
    public override void CheckInstruction(InstructionFacts instruction, LintCollector found)
    {
        if (instruction.Instruction is WorkdirInstruction && !instruction.HasWorkdir && !instruction.Words[0].StartsWith('/'))
        {
            found.Add(this, instruction.Instruction, $"Relative workdir \"{instruction.Words[0]}\" can have unexpected results if the base image changes");
        }
    }
}
