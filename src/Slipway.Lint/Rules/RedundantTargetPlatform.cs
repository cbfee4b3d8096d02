namespace Slipway.Lint;

internal sealed class RedundantTargetPlatform() : LintRule(
    nameof(RedundantTargetPlatform), "Setting platform to predefined $TARGETPLATFORM in FROM is redundant as this is the default behavior")
{
    public override void CheckFrom(FromFacts from, LintCollector found)
    {
        if (from.Platform is { Unmatched.Count: 0, Matched.Count: 1 } platform
            && platform.Matched.Contains("TARGETPLATFORM")
            && platform.Text == from.TargetPlatform)
        {
            found.Add(this, from.From, $"Setting platform to predefined {from.From.Platform} in FROM is redundant as this is the default behavior");
        }
    }
}
