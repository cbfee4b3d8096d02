using Slipway.Foundation.Files;
using Slipway.Images.Store;
using Slipway.Sandbox.Caches;

namespace Slipway.Build.Space;

/// <summary>What the store's folder takes on disk, the folders of builds included.</summary>
/// <param name="Store">Images, layers and keys.</param>
/// <param name="Mounts">The folders of cache mounts.</param>
/// <param name="Kinds">All of it by kind.</param>
public sealed record DiskUsage(StoreUsageReport Store, IReadOnlyList<CacheFolder> Mounts, IReadOnlyList<StoreUsage> Kinds)
{
    /// <summary>The bytes of all of it.</summary>
    public long Size => Kinds.Where(kind => kind.Kind is not ("Layers" or "Shared Layers")).Sum(kind => kind.Size); // those two say again what the others say

    /// <summary>Counts everything; takes as long as the store is large.</summary>
    public static async Task<DiskUsage> MeasureAsync(ImageStore store, CancellationToken cancellationToken)
    {
        StoreUsageReport report = await store.GetUsageAsync(cancellationToken);
        IReadOnlyList<CacheFolder> mounts = BuildFolders.Mounts(store).List(cancellationToken);
        long mounted = mounts.Sum(mount => mount.Size);
        return new DiskUsage(report, mounts,
        [
            .. report.Kinds,
            new("Cache Mounts", mounts.Count, 0, mounted, mounted),
            Folder("File Digests", BuildFolders.Stats(store), reclaimable: true, cancellationToken),
            Folder("Logs", BuildFolders.Logs(store), reclaimable: true, cancellationToken),
            Folder("Temporary", BuildFolders.Temporary(store), reclaimable: false, cancellationToken),
            Others(store, cancellationToken),
        ]);
    }

    // What another version of this program, or somebody else, put there.
    private static StoreUsage Others(ImageStore store, CancellationToken cancellationToken)
    {
        string[] others = [.. Directory.EnumerateDirectories(store.Root).Where(folder => !BuildFolders.Known.Contains(Path.GetFileName(folder)))];
        return new StoreUsage("Other", others.Length, 0, others.Sum(folder => FolderSize.Of(folder, cancellationToken)), 0);
    }

    private static StoreUsage Folder(string kind, string folder, bool reclaimable, CancellationToken cancellationToken)
    {
        long size = FolderSize.Of(folder, cancellationToken);
        int count = Directory.Exists(folder) ? Directory.EnumerateFileSystemEntries(folder).Count(path => !path.EndsWith(".lease", StringComparison.Ordinal)) : 0;
        return new StoreUsage(kind, count, 0, size, reclaimable ? size : 0);
    }
}
