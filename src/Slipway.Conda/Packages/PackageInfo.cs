using Slipway.Conda.Linking;

namespace Slipway.Conda.Packages;

/// <summary>What a package says of itself: <c>info/index.json</c>, <c>info/paths.json</c> or what stood for it before, <c>info/link.json</c> (CEP 34).</summary>
public sealed record PackageInfo
{
    public required string Name { get; init; }

    public required string Version { get; init; }

    public required string Build { get; init; }

    public long BuildNumber { get; init; }

    /// <summary>The platform, as <c>linux-64</c>, or <c>noarch</c>; null when old metadata do not say.</summary>
    public string? Subdir { get; init; }

    /// <summary>Whether the files are put where the environment's Python wants them (<c>noarch: python</c>; CEP 20 has such packages for one platform, too).</summary>
    public bool IsNoarchPython { get; init; }

    /// <summary>Where a Python package of this build keeps its modules (CEP 17), relative to the prefix.</summary>
    public string? PythonSitePackagesPath { get; init; }

    /// <summary>The programs to be made, as <c>name = module:function</c>.</summary>
    public IReadOnlyList<string> EntryPoints { get; init; } = [];

    /// <summary>The paths to be installed, in the package's order.</summary>
    public required IReadOnlyList<PackagePath> Paths { get; init; }
}

/// <summary>A path that a package installs.</summary>
/// <param name="Path">Relative to the root of the package.</param>
/// <param name="IsDirectory">An (empty) directory.</param>
/// <param name="Relocation">How it is relocated; null: not at all.</param>
/// <param name="Placeholder">What stands in it for the prefix, when it is relocated.</param>
/// <param name="NoLink">Whether it must be a copy of its own.</param>
/// <param name="Sha256">The digest of its bytes, in hexadecimal digits; null when old metadata do not say.</param>
/// <param name="Size">Its bytes, likewise.</param>
public sealed record PackagePath(string Path, bool IsDirectory, RelocationMode? Relocation, string? Placeholder, bool NoLink, string? Sha256, long? Size);
