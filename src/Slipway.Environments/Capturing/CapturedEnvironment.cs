using System.Collections.Immutable;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Wheels;

namespace Slipway.Environments.Capturing;

/// <summary>What is installed in an environment of this machine.</summary>
/// <param name="Prefix">Its folder.</param>
/// <param name="Conda">Its conda packages, by name; empty in a virtual environment.</param>
/// <param name="Python">Python distributions that came from elsewhere, by name.</param>
/// <param name="PythonVersion">The Python of a virtual environment, as <c>3.11</c>; null with conda, and when nothing says it.</param>
public sealed record CapturedEnvironment(string Prefix, ImmutableArray<CapturedConda> Conda, ImmutableArray<CapturedPython> Python, string? PythonVersion);

/// <summary>A conda package that is installed, as <c>conda-meta/</c> says it.</summary>
public sealed record CapturedConda
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    /// <summary>The name of its archive.</summary>
    public required string FileName { get; init; }

    /// <summary>Where its archive was taken from.</summary>
    public required string Url { get; init; }

    public string? Sha256 { get; init; }

    public string? Md5 { get; init; }

    /// <summary>What the user asked for; empty when only other packages need it, or nobody knows.</summary>
    public ImmutableArray<string> Requested { get; init; } = [];

    /// <summary>The names of packages it needs.</summary>
    public ImmutableArray<string> Needs { get; init; } = [];

    /// <summary>The address of its channel: what stands before platform and file.</summary>
    public string Channel => Conda.Records.Subdirs.Split(Url[..Math.Max(0, Url.LastIndexOf('/'))]).Channel;
}

/// <summary>A Python distribution that is installed.</summary>
/// <param name="Metadata">What it says of itself.</param>
/// <param name="IsRequested">Whether the user asked for it by name, as far as the installer wrote that down.</param>
/// <param name="Origin">Where it came from, unless from an index.</param>
public sealed record CapturedPython(CoreMetadata Metadata, bool IsRequested, DirectUrl? Origin)
{
    public string Name => Metadata.Project.Value;
}
