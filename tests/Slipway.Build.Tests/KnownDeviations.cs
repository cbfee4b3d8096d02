namespace Slipway.Build.Tests;

/// <summary>The conformance rows Slipway does not follow, each with the reason. The only place for exceptions.</summary>
public static class KnownDeviations
{
    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>
    {
        ["errors_test.go/invalidsyntax"] =
            "a syntax line names the image of another frontend; Slipway is its own frontend, so the line is accepted and nothing is fetched",
    };
}
