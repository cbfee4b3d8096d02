namespace Slipway.Lint;

internal sealed class InvalidBaseImagePlatform() : LintRule(
    nameof(InvalidBaseImagePlatform), "Base image platform does not match expected target platform")
{
    public override void CheckFrom(FromFacts from, LintCollector found)
    {
        string expected = from.Platform?.Text ?? from.TargetPlatform;
        if (from is { IsNeeded: true, Actual.Platform: { } actual } && !HaveSameArchitecture(expected, actual))
        {
            found.Add(this, from.From, $"Base image {from.Image.Text} was pulled with platform \"{actual}\", expected \"{expected}\" for current build");
        }
    }

    private static bool HaveSameArchitecture(string a, string b) => a.Split('/').Take(2).SequenceEqual(b.Split('/').Take(2));
}
