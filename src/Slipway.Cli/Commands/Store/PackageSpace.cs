using Slipway.Build.Space;
using Slipway.Conda.Channels;
using Slipway.Environments.Building;
using Slipway.Foundation.Files;
using Slipway.Foundation.Http;
using Slipway.Images.Store;
using Slipway.Packages.Archives;
using Slipway.PyPi.Indexes;

namespace Slipway.Cli.Commands.Store;

/// <summary>What packages of conda and Python, and what channels and indexes said, take in the store. All of it can be fetched again.</summary>
internal sealed class PackageSpace(string store, TimeProvider clock) : IOtherSpace
{
    private static readonly TimeSpan s_inUse = TimeSpan.FromHours(1); // what another command has just found must stay

    /// <summary>A row of <c>system df</c>; null when there is nothing.</summary>
    public StoreUsage? Measure(CancellationToken cancellationToken)
    {
        long size = Size(cancellationToken);
        return size == 0 ? null : new StoreUsage("Packages", Open() is { } cache ? cache.Count : 0, 0, size, size);
    }

    /// <inheritdoc/>
    public long Size(CancellationToken cancellationToken) =>
        FolderSize.Of(ArchiveCache.RootIn(store), cancellationToken) + FolderSize.Of(ChannelSet.CacheIn(store), cancellationToken) + FolderSize.Of(PythonIndexes.CacheIn(store), cancellationToken)
        + new FactStore(store).Size(cancellationToken);

    /// <summary>Removes what was not asked for so long, and in the last hour.</summary>
    /// <returns>The bytes that became free.</returns>
    public long Prune(TimeSpan minimumAge, bool dryRun, CancellationToken cancellationToken)
    {
        DateTimeOffset unusedSince = clock.GetUtcNow() - (minimumAge > s_inUse ? minimumAge : s_inUse);
        return (Open()?.Prune(unusedSince, dryRun, cancellationToken) ?? 0)
            + ChannelSet.Prune(ChannelSet.CacheIn(store), unusedSince, dryRun, cancellationToken)
            + PythonIndexes.Prune(PythonIndexes.CacheIn(store), unusedSince, dryRun, cancellationToken)
            + new FactStore(store).Prune(unusedSince, dryRun, cancellationToken);
    }

    private ArchiveCache? Open() => !Directory.Exists(ArchiveCache.RootIn(store)) ? null
        : new ArchiveCache(ArchiveCache.RootIn(store), address => throw new HttpFailureException(HttpFailure.Offline, address, "nothing is fetched here"), _ => { });
}
