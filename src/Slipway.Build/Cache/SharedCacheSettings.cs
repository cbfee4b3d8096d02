using Slipway.Images.Compression;
using Slipway.Images.SharedCache;

namespace Slipway.Build.Cache;

/// <summary>A shared cache that is asked for results (<c>--cache-from</c>).</summary>
/// <param name="Cache">The cache.</param>
/// <param name="Mounts">Whether the folders of cache mounts are taken from it, too.</param>
public sealed record CacheSource(ISharedCache Cache, bool Mounts);

/// <summary>A shared cache that results are sent to after the build (<c>--cache-to</c>).</summary>
/// <param name="Cache">The cache.</param>
public sealed record CacheTarget(ISharedCache Cache)
{
    /// <summary>Send the results of all steps (<c>mode=max</c>), not only of those that are in the image.</summary>
    public bool AllSteps { get; init; }

    /// <summary>The compression of layers; null for any that is there already, else zstd.</summary>
    public CompressionKind? Compression { get; init; }

    /// <summary>A failure is a warning (<c>ignore-error=true</c>).</summary>
    public bool IgnoreErrors { get; init; }

    /// <summary>Send the folders of cache mounts, too (<c>mounts=true</c>).</summary>
    public bool Mounts { get; init; }
}
