using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed class StageNameCasing() : LintRule(nameof(StageNameCasing), "Stage names should be lowercase")
{
    public override void CheckFile(DockerfileDocument document, LintCollector found)
    {
        foreach (FromInstruction from in document.AllInstructions().OfType<FromInstruction>())
        {
            if (from.WrittenStageName is { } written && written.Text != from.StageName)
            {
                found.Add(this, from, $"Stage name '{written}' should be lowercase");
            }
        }
    }
}
