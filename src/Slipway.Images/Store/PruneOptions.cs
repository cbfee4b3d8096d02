namespace Slipway.Images.Store;

/// <summary>What a prune removes.</summary>
public sealed record PruneOptions
{
    /// <summary>Remove only what was last used longer ago than this.</summary>
    public TimeSpan MinimumAge { get; init; } = TimeSpan.Zero;

    /// <summary>Remove, beginning with what was not used for the longest time, only until no more bytes than this are left; null to remove all that may go.</summary>
    public long? KeepBytes { get; init; }

    /// <summary>Remove images that have a name, too.</summary>
    public bool AllImages { get; init; }

    /// <summary>Keep images, whether they have a name or not.</summary>
    public bool KeepImages { get; init; }

    /// <summary>Remove only images for which this says yes to the labels; null for any.</summary>
    public Func<IReadOnlyDictionary<string, string>, bool>? Labels { get; init; }

    /// <summary>Keep cache (keys, and layers that only keys name); remove only what nothing refers to.</summary>
    public bool KeepCache { get; init; }

    /// <summary>Keep what this process itself used.</summary>
    public bool KeepOwn { get; init; }

    /// <summary>Only say what would be removed.</summary>
    public bool DryRun { get; init; }

    /// <summary>Whether an image stays whatever its age.</summary>
    internal bool Keeps(bool isNamed, IReadOnlyDictionary<string, string> labels) =>
        KeepImages || (isNamed && !AllImages) || (Labels is not null && !Labels(labels));
}

/// <summary>What a prune removed (or would).</summary>
/// <param name="Images">Images taken off the list.</param>
/// <param name="Layers">Layers' folders.</param>
/// <param name="Blobs">Blobs.</param>
/// <param name="Keys">Records of the cache.</param>
/// <param name="FreedBytes">About the bytes that are free now.</param>
/// <param name="HeldBack">Whether something stayed because another running process may need it.</param>
public sealed record PruneResult(int Images, int Layers, int Blobs, int Keys, long FreedBytes, bool HeldBack)
{
    /// <summary>What was used since then stayed, because another running process may need it.</summary>
    public DateTime HeldSince { get; init; } = DateTime.MaxValue;

    /// <summary>About the bytes that are left.</summary>
    public long Kept { get; init; }
}
