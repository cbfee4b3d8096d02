namespace Slipway.Lint.Tests;

/// <summary>The conformance rows the checks do not follow, each with the reason. The only place for exceptions.</summary>
public static class KnownDeviations
{
    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>
    {
    };
}
