namespace Slipway.Conda.Tests;

/// <summary>The conformance rows that are not followed, each with the reason. The only place for exceptions.</summary>
public static class KnownDeviations
{
    /// <summary>Constraints of a real channel that the strict reader does not take.</summary>
    public static IReadOnlyDictionary<string, string> StrictConstraints { get; } = new Dictionary<string, string>
    {
        ["8e6e229ea017"] = ">=3.10.*: constraints/invalid.jsonl says that a strict reader refuses a star after >=",
    };

    /// <summary>Solves whose answer differs from what at least two programs give. Valid, and nothing that was asked for is older: the test sees to both.</summary>
    public static IReadOnlyDictionary<string, string> Solves { get; } = new Dictionary<string, string>
    {
        ["base-notebook@81efa63e2b"] = "ipykernel 7.1 and notebook 6.5.7 exclude each other by jupyter_client; nobody asked for either, and ipykernel is decided first here",
        ["forge@f6de1744ee"] = "build 4 of libbrotlicommon 1.1.0 and build 1 of brotli-python 1.1.0 exclude each other; nobody asked for either, and brotli is decided first here",
    };
}
