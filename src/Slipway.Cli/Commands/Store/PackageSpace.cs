using Slipway.Conda.Channels;
using Slipway.Conda.Packages;
using Slipway.Foundation.Files;
using Slipway.Foundation.Http;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Store;

/// <summary>What conda packages, and what their channels said, take in the store. All of it can be fetched again.</summary>
internal sealed class PackageSpace(string store, TimeProvider clock)
{
    private static readonly TimeSpan s_inUse = TimeSpan.FromHours(1); // what another command has just found must stay

    /// <summary>A row of <c>system df</c>; null when there is nothing.</summary>
    public StoreUsage? Measure(CancellationToken cancellationToken)
    {
        long size = FolderSize.Of(PackageCache.RootIn(store), cancellationToken) + FolderSize.Of(ChannelSet.CacheIn(store), cancellationToken);
        return size == 0 ? null : new StoreUsage("Conda Packages", Open() is { } cache ? cache.Count : 0, 0, size, size);
    }

    /// <summary>Removes what was not asked for so long, and in the last hour.</summary>
    /// <returns>The bytes that became free.</returns>
    public long Prune(TimeSpan minimumAge, bool dryRun, CancellationToken cancellationToken) =>
        Open()?.Prune(clock.GetUtcNow() - (minimumAge > s_inUse ? minimumAge : s_inUse), dryRun, cancellationToken) ?? 0;

    private PackageCache? Open() => !Directory.Exists(PackageCache.RootIn(store)) ? null
        : new PackageCache(PackageCache.RootIn(store), address => throw new HttpFailureException(HttpFailure.Offline, address, "nothing is fetched here"), (_, _) => { });
}
