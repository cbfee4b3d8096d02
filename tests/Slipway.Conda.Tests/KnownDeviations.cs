namespace Slipway.Conda.Tests;

/// <summary>The conformance rows that are not followed, each with the reason. The only place for exceptions.</summary>
public static class KnownDeviations
{
    /// <summary>Constraints of a real channel that the strict reader does not take.</summary>
    public static IReadOnlyDictionary<string, string> StrictConstraints { get; } = new Dictionary<string, string>
    {
        ["8e6e229ea017"] = ">=3.10.*: constraints/invalid.jsonl says that a strict reader refuses a star after >=",
    };

    /// <summary>Solves whose answer differs from what at least two programs give.</summary>
    public static IReadOnlyDictionary<string, string> Solves { get; } = new Dictionary<string, string>
    {
        ["base-notebook@81efa63e2b"] = "two packages that cannot both be the newest; another one is decided first",
        ["forge@f6de1744ee"] = "two packages that cannot both be the newest; another one is decided first",
    };
}
