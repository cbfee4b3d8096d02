namespace Slipway.Build.Sources;

/// <summary>What holds for everything that is fetched for a build besides images.</summary>
public sealed record SourceOptions
{
    /// <summary>The greatest number of bytes of one download or one unpacked context, 64 GiB unless raised with <c>SLIPWAY_MAX_SOURCE_SIZE</c>.</summary>
    public long LargestSource { get; init; } = 64L << 30;

    /// <summary>Nothing is fetched; what is here is used as it is.</summary>
    public bool Offline { get; init; }
}
