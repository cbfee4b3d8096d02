using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed class CopyIgnoredFile() : LintRule(
    nameof(CopyIgnoredFile), "Attempting to Copy file that is excluded by .dockerignore")
{
    public override void CheckInstruction(InstructionFacts instruction, LintCollector found)
    {
        // With exceptions a directory may be left out and still have files that are not.
        bool isFromContext = instruction.Instruction is AddInstruction or CopyInstruction { From: null };
        if (!isFromContext || instruction.Ignore is not { HasExceptions: false } ignore)
        {
            return;
        }

        string verb = instruction.Instruction is AddInstruction ? "Add" : "Copy";
        foreach (string source in instruction.Words.Where(w => !IsRemote(w)).Select(GoPath.Clean))
        {
            if (ignore.Matches(source.TrimStart('/')))
            {
                found.Add(this, instruction.Instruction, $"Attempting to {verb} file \"{source}\" that is excluded by .dockerignore");
            }
        }
    }

    private static bool IsRemote(string source) => source.Contains("://", StringComparison.Ordinal) || source.StartsWith("git@", StringComparison.Ordinal);
}
