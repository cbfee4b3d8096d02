namespace Slipway.Images.Store;

/// <summary>What one kind of thing in the store takes on disk.</summary>
/// <param name="Kind"><c>images</c>, <c>layers</c> (trees and entries), <c>blobs</c> that no image names, <c>keys</c>, <c>other</c>.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Size">Bytes on disk.</param>
/// <param name="Reclaimable">Bytes that a prune could free.</param>
public sealed record StoreUsage(string Kind, int Count, long Size, long Reclaimable);

/// <summary>What a prune removes.</summary>
public sealed record PruneOptions
{
    /// <summary>Remove only what was last used longer ago than this.</summary>
    public TimeSpan MinimumAge { get; init; } = TimeSpan.Zero;

    /// <summary>Remove images that have a name, too.</summary>
    public bool AllImages { get; init; }

    /// <summary>Keep cache (keys, and layers that only keys name); remove only what nothing refers to.</summary>
    public bool KeepCache { get; init; }

    /// <summary>Only say what would be removed.</summary>
    public bool DryRun { get; init; }
}

/// <summary>What a prune removed (or would).</summary>
public sealed record PruneResult(int Images, int Layers, int Blobs, int Keys, long FreedBytes, bool HeldBack);
