using Slipway.Dockerfile;

namespace Slipway.Lint;

internal sealed class DuplicateStageName() : LintRule(nameof(DuplicateStageName), "Stage names should be unique")
{
    public override void CheckStages(IReadOnlyList<Stage> stages, LintCollector found)
    {
        var names = new HashSet<string>(StringComparer.Ordinal);
        foreach (Stage stage in stages)
        {
            if (stage.Name is { } name && !names.Add(name))
            {
                found.Add(this, stage.From, $"Duplicate stage name \"{name}\", stage names should be unique");
            }
        }
    }
}
