namespace Slipway.Dockerfile.Tests;

/// <summary>The conformance rows Slipway does not follow, each with the reason. The only place for exceptions.</summary>
public static class KnownDeviations
{
    public static IReadOnlyDictionary<string, string> Reasons { get; } = new Dictionary<string, string>
    {
    };
}
