using Slipway.Conda.Records;
using Slipway.Images.Layers;
using Slipway.Packages.Entries;

namespace Slipway.Conda.Linking;

/// <summary>Where an environment will be, and what else is in it.</summary>
public sealed record LinkOptions
{
    /// <summary>The environment's path as programs in it will see it: absolute.</summary>
    public required string Prefix { get; init; }

    /// <summary>The platform it is for, as <c>linux-64</c>.</summary>
    public required string Subdir { get; init; }

    /// <summary>The environment's Python when it is not among the packages that are planned: a plan of a part of an environment.</summary>
    public PackageRecord? Python { get; init; }

    /// <summary>Says to conda and others that they may not change the environment, and why (CEP 22); null: they may.</summary>
    public string? FrozenMessage { get; init; }

    /// <summary>Variables that are set with the environment (<c>variables:</c> of environment.yml), by name.</summary>
    public IReadOnlyDictionary<string, string> Variables { get; init; } = new Dictionary<string, string>();

    /// <summary>Files of packages that do not get into the environment; null: all do.</summary>
    public LeftOutFiles? LeftOut { get; init; }

    /// <summary>Whether <see cref="ByteCompilation"/> is to be run: then the environment's records name its files, too.</summary>
    public bool CompilesPython { get; init; }

    /// <summary>The time in the environment's history, in seconds since 1970: not the clock's, so that the bytes are the same each time.</summary>
    public long Timestamp { get; init; } = LayerWriterOptions.DefaultTimestamp;
}
