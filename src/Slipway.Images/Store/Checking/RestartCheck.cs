using Slipway.Foundation.Files;
using Slipway.Foundation.Linux;

namespace Slipway.Images.Store.Checking;

/// <summary>
/// Layers, trees and keys are not synced to disk when they are made (docs/decisions/0012): a machine that stops without warning may lose the bytes of what was made
/// within the last moments, and keep the names. So the first process that opens a store after the machine was started anew verifies what was made last, and takes
/// away what is damaged.
/// </summary>
internal static class RestartCheck
{
    /// <summary>Linux writes back what is older than 30 seconds, looking every five (vm.dirty_expire_centisecs, vm.dirty_writeback_centisecs).</summary>
    private static readonly TimeSpan Unwritten = TimeSpan.FromMinutes(2);

    private const string BootId = "/proc/sys/kernel/random/boot_id";

    // An ordinary user can read trees only inside his user namespace, where he is root; the next command that goes there does the check.
    private static bool MayReadTrees => ProcessIdentity.EffectiveUid == 0;

    /// <returns>What was damaged and is gone.</returns>
    internal static IReadOnlyList<StoreProblem> Run(StoreLayout layout, StoreLease lease)
    {
        string boot = Read(BootId);
        return boot.Length == 0 || boot == Read(layout.Boot) || !MayReadTrees ? [] : Task.Run(() => CheckAsync(layout, lease, boot)).GetAwaiter().GetResult();
    }

    private static async Task<IReadOnlyList<StoreProblem>> CheckAsync(StoreLayout layout, StoreLease lease, string boot)
    {
        using FileLock held = await FileLock.AcquireAsync(layout.BootLock, exclusive: true, CancellationToken.None);
        string before = Read(layout.Boot);
        if (boot == before)
        {
            return []; // another process was faster
        }

        IReadOnlyList<StoreProblem> lost = [];
        if (before.Length > 0)
        {
            DateTime suspect = LastActivity(new StoreCensus(layout)) - Unwritten;
            var check = new StoreCheck(layout, lease, new ImageIndexFile(layout), ignoreOwners: true) { Only = thing => thing.CreationTimeUtc >= suspect };
            lost = await check.RunAsync(repair: true, null, CancellationToken.None);
        }

        AtomicFile.Write(layout.Boot, System.Text.Encoding.ASCII.GetBytes(boot));
        return lost;
    }

    private static DateTime LastActivity(StoreCensus census)
    {
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        return census.EnumerateBlobs().Select(blob => blob.File.LastWriteTimeUtc)
            .Concat(census.EnumerateLayers().Select(layer => layer.Folder.LastWriteTimeUtc))
            .Concat(census.EnumerateKeys().Select(key => key.LastWriteTimeUtc))
            .Select(time => time < now ? time : now)
            .DefaultIfEmpty(now).Max();
    }

    // Without /proc there is no telling one boot from the next.
    private static string Read(string path) => File.Exists(path) ? File.ReadAllText(path).Trim() : "";
}
