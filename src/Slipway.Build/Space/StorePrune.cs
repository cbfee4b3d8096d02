using Slipway.Foundation.Linux;
using Slipway.Images.Store;
using Slipway.Sandbox.Caches;

namespace Slipway.Build.Space;

/// <summary>What a prune of the whole folder removes: of the store as <see cref="PruneOptions"/> says, and the folders of builds.</summary>
/// <param name="Store">What goes from the store.</param>
public sealed record StorePruneOptions(PruneOptions Store)
{
    /// <summary>Remove cache mounts that nobody uses now.</summary>
    public bool Mounts { get; init; }

    /// <summary>Remove logs and the remembered digests of files.</summary>
    public bool Leftovers { get; init; }
}

/// <summary>What a prune removed (or would).</summary>
/// <param name="Store">From the store.</param>
/// <param name="Mounts">Cache mounts.</param>
/// <param name="FreedBytes">About the bytes that are free now, all together.</param>
/// <param name="Kept">About the bytes that are left.</param>
public sealed record StorePruneResult(PruneResult Store, int Mounts, long FreedBytes, long Kept);

/// <summary>Removes what is not needed from the store and the folders of builds beside it, what was not used for the longest time first.</summary>
public sealed class StorePrune(ImageStore store, TimeProvider clock)
{
    public async Task<StorePruneResult> RunAsync(StorePruneOptions options, CancellationToken cancellationToken)
    {
        DateTime now = clock.GetUtcNow().UtcDateTime;
        DateTime before = options.Store.MinimumAge > TimeSpan.Zero ? now - options.Store.MinimumAge : DateTime.MaxValue;
        CacheFolder[] mounts = [.. BuildFolders.Mounts(store).List(cancellationToken).OrderBy(mount => mount.LastUse)];
        long mounted = mounts.Sum(mount => mount.Size), freed = 0;
        PruneOptions inner = options.Store.KeepBytes is { } keep ? options.Store with { KeepBytes = Math.Max(0, keep - mounted) } : options.Store;
        PruneResult result = await store.PruneAsync(inner, cancellationToken);
        int removed = 0;
        foreach (CacheFolder mount in options.Mounts ? mounts.Where(mount => mount.LastUse < before) : [])
        {
            if (options.Store.KeepBytes is { } most && result.Kept + mounted <= most)
            {
                break;
            }

            if (Remove(mount, options.Store.DryRun))
            {
                (removed, freed, mounted) = (removed + 1, freed + mount.Size, mounted - mount.Size);
            }
        }

        if (options.Leftovers)
        {
            before = result.HeldSince < before ? result.HeldSince : before;
            freed += RemoveOld(BuildFolders.Logs(store), before, options.Store.DryRun, cancellationToken)
                + RemoveOld(BuildFolders.Stats(store), before, options.Store.DryRun, cancellationToken);
        }

        return new StorePruneResult(result, removed, result.FreedBytes + freed, result.Kept + mounted);
    }

    private bool Remove(CacheFolder mount, bool dryRun)
    {
        if (dryRun)
        {
            return true;
        }

        string away = Path.Combine(store.CreateTemporaryDirectory("mount"), "away");
        bool moved = CacheMounts.TryMoveAway(mount, away);
        DirectoryHandle.RemoveTreeAt(Path.GetDirectoryName(away)!);
        return moved;
    }

    private static long RemoveOld(string folder, DateTime before, bool dryRun, CancellationToken cancellationToken)
    {
        long freed = 0;
        foreach (string path in Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder).Where(path => File.GetLastWriteTimeUtc(path) < before) : [])
        {
            freed += Directory.Exists(path) ? Foundation.Files.FolderSize.Of(path, cancellationToken) : new FileInfo(path).Length;
            if (!dryRun)
            {
                DirectoryHandle.RemoveTreeAt(path);
            }
        }

        return freed;
    }
}
