namespace Slipway.Conda.Linking;

/// <summary>
/// A package to be installed, as the channel or the lock says. Its fields go into the environment's own record of it: what a channel says of a package may have
/// been corrected after the package was made (CEP 32).
/// </summary>
public sealed record InstallRecord
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string Build { get; init; }

    public long BuildNumber { get; init; }

    /// <summary>The platform, as <c>linux-64</c>, or <c>noarch</c>.</summary>
    public required string Subdir { get; init; }

    public required string FileName { get; init; }

    /// <summary>The channel's address without the platform, or empty.</summary>
    public string Channel { get; init; } = "";

    /// <summary>Where the archive comes from, without user name, password and token.</summary>
    public string Url { get; init; } = "";

    public string? Sha256 { get; init; }

    public string? Md5 { get; init; }

    public long? Size { get; init; }

    public IReadOnlyList<string> Depends { get; init; } = [];

    public IReadOnlyList<string> Constrains { get; init; } = [];

    public string? License { get; init; }

    /// <summary><c>python</c> or <c>generic</c>.</summary>
    public string? Noarch { get; init; }

    /// <summary>When it was built, in milliseconds since 1970.</summary>
    public long? Timestamp { get; init; }

    public string? TrackFeatures { get; init; }

    public string? PythonSitePackagesPath { get; init; }

    /// <summary>What the user asked for that led to this package.</summary>
    public IReadOnlyList<string> RequestedSpecs { get; init; } = [];

    /// <summary><c>name-version-build</c>.</summary>
    public string DistName => $"{Name}-{Version}-{Build}";
}
