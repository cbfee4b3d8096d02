using Slipway.Dockerfile;

namespace Slipway.Lint;

/// <summary>What a check knows besides the file.</summary>
public sealed record LintOptions
{
    /// <summary>The stage to check with all it needs; null for the last one. Ignored with <see cref="AllStages"/>.</summary>
    public string? Target { get; init; }

    /// <summary>Check the whole file, also stages nothing needs.</summary>
    public bool AllStages { get; init; }

    /// <summary>Build arguments; <c>BUILDKIT_DOCKERFILE_CHECK</c> among them goes before the file's <c># check=</c>.</summary>
    public IReadOnlyDictionary<string, string> BuildArguments { get; init; } = new Dictionary<string, string>();

    /// <summary>The context's ignore file, or null without one.</summary>
    public IgnoreMatcher? Ignore { get; init; }

    /// <summary>What is known of a base image; null for one that is not known.</summary>
    public Func<string, BaseImageFacts?> BaseImage { get; init; } = _ => null;

    public string TargetPlatform { get; init; } = "linux/amd64";

    public string BuildPlatform { get; init; } = "linux/amd64";
}

/// <param name="Environment">The <c>NAME=value</c> list of its config.</param>
/// <param name="HasShell">Its config names a SHELL.</param>
/// <param name="Platform">Its platform, such as <c>linux/amd64</c>.</param>
public sealed record BaseImageFacts(IReadOnlyList<string> Environment, bool HasShell, string Platform);
