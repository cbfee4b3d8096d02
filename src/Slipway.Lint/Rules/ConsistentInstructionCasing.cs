using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed class ConsistentInstructionCasing()
    : LintRule(nameof(ConsistentInstructionCasing), "All commands within the Dockerfile should use the same casing (either upper or lower)")
{
    public override void CheckFile(DockerfileDocument document, LintCollector found)
    {
        // Global arguments do not count.
        Instruction[] instructions = [.. document.AllInstructions().SkipWhile(i => i is not FromInstruction)];
        int lower = instructions.Count(i => IsLower(Keyword(i)));
        int upper = instructions.Count(i => IsUpper(Keyword(i)));
        bool wantsLower = lower > upper;
        foreach (Instruction instruction in instructions)
        {
            string keyword = Keyword(instruction);
            if (wantsLower ? !IsLower(keyword) : !IsUpper(keyword))
            {
                string casing = wantsLower ? "lowercase" : "uppercase";
                found.Add(this, instruction, $"Command '{keyword}' should match the case of the command majority ({casing})");
            }
        }
    }

    private static string Keyword(Instruction instruction) => instruction.Syntax.Keyword.Text;

    private static bool IsLower(string keyword) => !keyword.Any(char.IsUpper);

    private static bool IsUpper(string keyword) => !keyword.Any(char.IsLower);
}
