namespace Slipway.Lint;

internal sealed class FromPlatformFlagConstDisallowed() : LintRule(
    nameof(FromPlatformFlagConstDisallowed), "FROM --platform flag should not use a constant value")
{
    public override void CheckFrom(FromFacts from, LintCollector found)
    {
        if (from.Platform is not { Matched.Count: 0, Unmatched.Count: 0 } platform || PlatformCheck.Complaint(from) is not null)
        {
            return;
        }

        // A stage that is named after its platform is meant to be of that platform.
        string name = from.From.StageName ?? "";
        if (!platform.Text.Split('/').Take(2).Any(part => name.Contains(part, StringComparison.Ordinal)))
        {
            found.Add(this, from.From, $"FROM --platform flag should not use constant value \"{platform.Text}\"");
        }
    }
}
