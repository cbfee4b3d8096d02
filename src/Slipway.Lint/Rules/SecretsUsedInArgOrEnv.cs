using System.Text.RegularExpressions;
using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed partial class SecretsUsedInArgOrEnv() : LintRule(
    nameof(SecretsUsedInArgOrEnv), "Sensitive data should not be used in the ARG or ENV commands")
{
    public override void CheckInstruction(InstructionFacts instruction, LintCollector found)
    {
        if (instruction.Instruction is not (ArgInstruction or EnvInstruction))
        {
            return;
        }

        foreach (string name in instruction.Words.Where(n => Secret().IsMatch(n) && !Harmless().IsMatch(n)))
        {
            found.Add(
                this,
                instruction.Instruction,
                $"Do not use ARG or ENV instructions for sensitive data ({instruction.Instruction.Name} \"{name}\")");
        }
    }

    [GeneratedRegex(
        "(?:_|^)(?:apikey|auth|credential|credentials|key|password|pword|passwd|secret|token)(?:_|$)",
        RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Secret();

    [GeneratedRegex("(?:_|^)(?:public|file|version)(?:_|$)", RegexOptions.IgnoreCase | RegexOptions.CultureInvariant)]
    private static partial Regex Harmless();
}
