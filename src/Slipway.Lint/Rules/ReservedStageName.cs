using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed class ReservedStageName() : LintRule(nameof(ReservedStageName), "Reserved words should not be used as stage names")
{
    public override void CheckFile(DockerfileDocument document, LintCollector found)
    {
        foreach (FromInstruction from in document.AllInstructions().OfType<FromInstruction>())
        {
            if (from.StageName is "context" or "scratch")
            {
                found.Add(this, from, $"Stage name should not use the same name as reserved stage \"{from.StageName}\"");
            }
        }
    }
}
