using Slipway.Conda.Packages;
using Slipway.Conda.Records;

namespace Slipway.Conda.Linking;

/// <summary>A package to be put into an environment.</summary>
/// <param name="Record">What the channel or the lock says of it; this goes into the environment's record, because it may have been corrected after the package was made (CEP 32).</param>
/// <param name="Package">The package.</param>
public sealed record LinkInput(PackageRecord Record, UnpackedPackage Package)
{
    /// <summary>What the user asked for that led to this package.</summary>
    public IReadOnlyList<string> RequestedSpecs { get; init; } = [];

    /// <summary><c>name-version-build</c>.</summary>
    public string DistName => $"{Record.Name}-{Record.Version}-{Record.Build}";
}
