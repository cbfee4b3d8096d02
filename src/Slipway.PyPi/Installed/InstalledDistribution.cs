using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;
using Slipway.PyPi.Wheels;

namespace Slipway.PyPi.Installed;

/// <summary>A distribution that is in an environment, as its <c>.dist-info</c> or <c>.egg-info</c> tells (PEP 376, 627).</summary>
public sealed record InstalledDistribution
{
    public required ProjectName Name { get; init; }

    public required PythonVersion Version { get; init; }

    /// <summary>Its <c>.dist-info</c> or <c>.egg-info</c>, absolute.</summary>
    public required string Info { get; init; }

    /// <summary>Who put it there (INSTALLER); empty: not said.</summary>
    public string Installer { get; init; } = "";

    /// <summary>Whether somebody asked for it (REQUESTED).</summary>
    public bool IsRequested { get; init; }

    /// <summary>Whether it came from an address and not from an index (direct_url.json).</summary>
    public bool IsDirect { get; init; }

    /// <summary>What it needs and offers; null: that cannot be read.</summary>
    public Indexes.CoreMetadata? Metadata { get; init; }

    /// <summary>Its files by their paths relative to the prefix, with their hashes; null: it does not say which are its own, so it cannot be removed.</summary>
    public IReadOnlyDictionary<string, RecordLine>? Files { get; init; }

    /// <summary>A path of its RECORD that leads out of the prefix; null: none does.</summary>
    public string? Outside { get; init; }

    /// <summary>Whether it lies in a folder that nothing is installed into, such as the distribution's own: it is seen, and left alone.</summary>
    public bool IsElsewhere { get; init; }

    public override string ToString() => $"{Name} {Version}";
}
