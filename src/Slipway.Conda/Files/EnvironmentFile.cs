using Slipway.Foundation.Text;

namespace Slipway.Conda.Files;

/// <summary>What an <c>environment.yml</c> asks for on one platform (CEP 24).</summary>
public sealed record EnvironmentFile
{
    /// <summary>The file, for messages.</summary>
    public required SourceText Source { get; init; }

    /// <summary>How people call the environment; where it is installed is not decided by it.</summary>
    public string? Name { get; init; }

    /// <summary>Where it once was installed; not looked at.</summary>
    public string? Prefix { get; init; }

    /// <summary>The channels, the first before the others; <c>nodefaults</c> is among them when it was written.</summary>
    public IReadOnlyList<WrittenText> Channels { get; init; } = [];

    /// <summary>Match specs, as written.</summary>
    public IReadOnlyList<WrittenText> Dependencies { get; init; } = [];

    /// <summary>The lines of the <c>pip:</c> part, as a requirements file has them; null when there is no such part.</summary>
    public IReadOnlyList<WrittenText>? Pip { get; init; }

    /// <summary>Variables of the environment, in the order of the file.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables { get; init; } = [];

    /// <summary>The platforms it is for; empty when it does not say.</summary>
    public IReadOnlyList<string> Platforms { get; init; } = [];

    /// <summary>A name for what the dependencies are for; a lock file carries it.</summary>
    public string? Category { get; init; }
}
