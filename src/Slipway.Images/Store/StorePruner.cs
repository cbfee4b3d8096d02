using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Images.Model;

namespace Slipway.Images.Store;

/// <summary>
/// Removes by reachability and age. What is decided is moved away under the exclusive use lock, so that no other process can begin to use it in between;
/// the slow deleting comes after. What other running processes used since they started stays.
/// </summary>
internal sealed class StorePruner(StoreLayout layout, StoreLease lease, ImageIndexFile index, StoreCensus census)
{
    private readonly List<string> _doomed = [];
    private long _freed;

    internal async Task<PruneResult> PruneAsync(PruneOptions options, CancellationToken cancellationToken)
    {
        DateTime? other = lease.EarliestOther(layout);
        DateTime cutoff = TimeProvider.System.GetUtcNow().UtcDateTime - options.MinimumAge;
        bool heldBack = other < cutoff;
        cutoff = heldBack ? other!.Value : cutoff;
        int images = await PruneImagesAsync(options, cutoff, cancellationToken);
        int layers, blobs, keys;
        using (await FileLock.AcquireAsync(layout.UseLock, exclusive: true, cancellationToken))
        {
            Reachable reachable = await census.FollowAsync(Remaining(options, cutoff), cancellationToken);
            await KeepCachedAsync(options, cutoff, reachable, cancellationToken);
            keys = await PruneKeysAsync(options, cutoff, cancellationToken);
            layers = PruneLayers(options, cutoff, reachable);
            blobs = PruneBlobs(options, cutoff, reachable);
        }

        foreach (string path in _doomed)
        {
            DirectoryHandle.RemoveTreeAt(path);
        }

        return new PruneResult(images, layers, blobs, keys, _freed, heldBack);
    }

    private bool IsDoomed(Descriptor entry, PruneOptions options, DateTime cutoff) =>
        (options.AllImages || ImageIndexFile.NameOf(entry) is null) && (ImageIndexFile.TimeOf(entry)?.UtcDateTime ?? DateTime.MinValue) <= cutoff
        && (!File.Exists(layout.Blob(entry.Digest)) || File.GetLastWriteTimeUtc(layout.Blob(entry.Digest)) <= cutoff);

    private IEnumerable<Descriptor> Remaining(PruneOptions options, DateTime cutoff) =>
        index.Read().Manifests.Where(entry => !options.DryRun || !IsDoomed(entry, options, cutoff));

    private async Task<int> PruneImagesAsync(PruneOptions options, DateTime cutoff, CancellationToken cancellationToken)
    {
        int doomed = 0;
        await index.UpdateAsync(
            entries =>
            {
                Descriptor[] kept = [.. entries.Where(entry => !IsDoomed(entry, options, cutoff))];
                doomed = entries.Select(entry => entry.Digest).Except(kept.Select(entry => entry.Digest)).Count();
                return options.DryRun || kept.Length == entries.Count ? entries : kept;
            },
            cancellationToken);
        return doomed;
    }

    // Layers that the cache (or a running process) still wants keep their blobs.
    private async Task KeepCachedAsync(PruneOptions options, DateTime cutoff, Reachable reachable, CancellationToken cancellationToken)
    {
        foreach ((Digest diffId, DirectoryInfo folder) in census.EnumerateLayers())
        {
            if (folder.LastWriteTimeUtc > cutoff && reachable.Layers.Add(diffId))
            {
                census.AddFormsOf(diffId, reachable);
            }
        }

        foreach (FileInfo file in census.EnumerateKeys().Where(file => options.KeepCache || file.LastWriteTimeUtc > cutoff))
        {
            foreach (Digest diffId in (await KeyStore.ReadAsync(file.FullName, cancellationToken))?.Layers ?? [])
            {
                if (reachable.Layers.Add(diffId))
                {
                    census.AddFormsOf(diffId, reachable);
                }
            }
        }
    }

    private Task<int> PruneKeysAsync(PruneOptions options, DateTime cutoff, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        FileInfo[] old = options.KeepCache ? [] : [.. census.EnumerateKeys().Where(file => file.LastWriteTimeUtc <= cutoff)];
        foreach (FileInfo file in old)
        {
            Doom(file.FullName, file.Length, options);
        }

        return Task.FromResult(old.Length);
    }

    private int PruneLayers(PruneOptions options, DateTime cutoff, Reachable reachable)
    {
        (Digest DiffId, DirectoryInfo Folder)[] old =
            [.. census.EnumerateLayers().Where(layer => !reachable.Layers.Contains(layer.DiffId) && layer.Folder.LastWriteTimeUtc <= cutoff)];
        foreach ((Digest diffId, DirectoryInfo folder) in old)
        {
            Doom(folder.FullName, StoreCensus.SizeOf(diffId, folder), options);
        }

        return old.Length;
    }

    private int PruneBlobs(PruneOptions options, DateTime cutoff, Reachable reachable)
    {
        FileInfo[] old = [.. census.EnumerateBlobs().Where(blob => !reachable.Blobs.Contains(blob.Digest) && blob.File.LastWriteTimeUtc <= cutoff).Select(blob => blob.File)];
        foreach (FileInfo file in old)
        {
            Doom(file.FullName, file.Length, options);
        }

        return old.Length;
    }

    private void Doom(string path, long size, PruneOptions options)
    {
        _freed += size;
        if (!options.DryRun)
        {
            string doomed = lease.NewPath("pruned");
            if (Directory.Exists(path))
            {
                Directory.Move(path, doomed);
            }
            else
            {
                File.Move(path, doomed);
            }

            _doomed.Add(doomed);
        }
    }
}
