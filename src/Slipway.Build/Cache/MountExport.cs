using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Hashing;
using Slipway.Images.Compression;
using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.SharedCache;
using Slipway.Images.Store;
using Slipway.Sandbox.Caches;

namespace Slipway.Build.Cache;

/// <summary>
/// Sends the folders of the cache mounts that a build used (<c>mounts=true</c>), each as one archive named by its content, so that what did not change is not
/// sent again. A folder that somebody holds, or that changes while it is read, is left out.
/// </summary>
internal sealed class MountExport(BuildSession session, CacheTarget target, IProgress<TransferProgress> progress)
{
    /// <summary>What names a cache mount's folder on every machine of one platform.</summary>
    public static Digest KeyOf(string id) => new KeyBuilder().Add("cache mount", id).Add("platform", Platform.Host.ToString()).ToDigest();

    public async Task RunAsync(StepId step, CancellationToken cancellationToken)
    {
        foreach (string id in session.UsedMounts.Keys.Order(StringComparer.Ordinal))
        {
            using CacheLease? lease = session.Caches.TryTake(id);
            if (lease is null)
            {
                session.Progress.Report(new BuildNote($"the cache mount {id} is in use or empty; it is not exported", step));
                continue;
            }

            try
            {
                await SendAsync(id, lease.Directory, cancellationToken);
            }
            catch (Exception e) when (e is IOException and not DirectoryNotFoundException && !Foundation.Files.DiskSpace.IsUsedUp(e))
            {
                session.Progress.Report(new BuildNote($"the cache mount {id} is not exported: {e.Message}", step));
            }
        }
    }

    private async Task SendAsync(string id, string folder, CancellationToken cancellationToken)
    {
        LayerStore layers = session.Store.Layers;
        Layer layer = await OverlayDiff.CopyFolderAsync(layers, folder, cancellationToken);
        Descriptor blob = await layers.GetBlobAsync(layer.DiffId, target.Compression ?? CompressionKind.Zstd, cancellationToken);
        layers.DropTar(layer.DiffId);
        await target.Cache.PutAsync(
            new CacheEntry(KeyOf(id), [new CacheLayer(layer.DiffId, layer.TarSize, blob)]),
            wanted => () => session.Store.Blobs.OpenRead(wanted.Digest), replace: false, progress, cancellationToken);
    }
}
