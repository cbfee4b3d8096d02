using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;

namespace Slipway.Images.Store;

/// <summary>
/// Removes what was not used for the longest time. Everything has a last use: its own, or that of an image or key that needs it; what must stay was used "for ever".
/// All that was last used before some moment goes, so a prune comes down to finding that moment, and what belongs together goes together.
/// <para>
/// It is decided, and things are moved away, under the exclusive use lock, so that no other process can begin to use something in between; the slow deleting comes
/// after. Whatever other running processes used stays: their marks of use are never older than their lease.
/// </para>
/// </summary>
internal sealed class StorePruner(StoreLayout layout, StoreLease lease, ImageIndexFile index)
{
    private static readonly TimeSpan ClockGrain = TimeSpan.FromMinutes(1);
    private readonly List<string> _doomed = [];
    private long _freed;

    internal async Task<PruneResult> PruneAsync(PruneOptions options, CancellationToken cancellationToken)
    {
        PruneResult result;
        using (await FileLock.AcquireAsync(layout.UseLock, exclusive: true, cancellationToken))
        {
            result = await DecideAsync(options, cancellationToken);
        }

        foreach (string path in _doomed)
        {
            DirectoryHandle.RemoveTreeAt(path);
        }

        return result;
    }

    private async Task<PruneResult> DecideAsync(PruneOptions options, CancellationToken cancellationToken)
    {
        DateTime? other = lease.EarliestOther(layout);
        StoreInventory inventory = await StoreInventory.ReadAsync(layout, index, cancellationToken);

        // Asked twice: who listed an image and ended while the list was read was there before; who came since cannot end before its first mark, which waits for this.
        other = Earlier(other, lease.EarliestOther(layout));
        DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
        LastUses uses = inventory.FindLastUses(
            image => options.Keeps(image.Names.Count > 0, image.Labels) ? DateTime.MaxValue : image.Time,
            key => options.KeepCache ? DateTime.MaxValue : key.Time);

        // Times are compared with "before", so that what another process marked with the time of its lease stays. A lease from the future says that the clock was
        // set back: then no time can be trusted while that process runs.
        DateTime held = other is null ? DateTime.MaxValue : other > now ? DateTime.MinValue : other.Value;
        if (options.KeepOwn && lease.Started < held)
        {
            held = lease.Started;
        }

        DateTime wanted = options.MinimumAge > TimeSpan.Zero ? now - options.MinimumAge : DateTime.MaxValue;
        if (options.KeepBytes is { } keep && KeepingMost(inventory, uses, keep) is var moment && moment < wanted)
        {
            wanted = moment;
        }

        DateTime before = wanted < held ? wanted : held;
        bool IsOld(DateTime time) => time < before && time != DateTime.MaxValue;
        ImageRoot[] images = [.. inventory.Images.Where(image => !options.Keeps(image.Names.Count > 0, image.Labels) && IsOld(image.Time))];
        KeyRoot[] keys = options.KeepCache ? [] : [.. inventory.Keys.Where(key => IsOld(key.Time))];
        StoredLayer[] layers = [.. inventory.Layers.Values.Where(layer => IsOld(uses.Layers[layer.DiffId]))];
        FileInfo[] blobs = [.. inventory.Blobs.Where(blob => IsOld(uses.Blobs[blob.Key])).Select(blob => blob.Value)];
        if (!options.DryRun && images.Length > 0)
        {
            HashSet<Digest> gone = [.. images.Select(image => image.Target.Digest)];
            await index.UpdateAsync(entries => [.. entries.Where(entry => !gone.Contains(entry.Digest))], cancellationToken);
        }

        if (!options.DryRun && other is null)
        {
            Rejuvenate(inventory, now);
        }

        Doom(keys.Select(key => (key.File.FullName, key.File.Length)), options);
        Doom(layers.Select(layer => (layer.Folder.FullName, layer.Size)), options);
        Doom(blobs.Select(blob => (blob.FullName, blob.Length)), options);
        return new PruneResult(images.Length, layers.Length, blobs.Length, keys.Length, _freed, held < wanted && HasBetween(uses, held, wanted))
        {
            Kept = inventory.Size - _freed,
            HeldSince = held,
        };
    }

    private static DateTime? Earlier(DateTime? one, DateTime? two) => one is null || two < one ? two : one;

    // The latest moment for which what was used since then is not more than the budget.
    private static DateTime KeepingMost(StoreInventory inventory, LastUses uses, long keep)
    {
        long size = inventory.Size;
        if (size <= keep)
        {
            return DateTime.MinValue;
        }

        IEnumerable<(DateTime Time, long Size)> things = inventory.Blobs.Select(blob => (uses.Blobs[blob.Key], blob.Value.Length))
            .Concat(inventory.Layers.Values.Select(layer => (uses.Layers[layer.DiffId], layer.Size)))
            .Concat(inventory.Keys.Select(key => (key.Time, key.File.Length)));
        foreach ((DateTime time, long bytes) in things.Where(thing => thing.Time != DateTime.MaxValue).OrderBy(thing => thing.Time))
        {
            size -= bytes;
            if (size <= keep)
            {
                return time.AddTicks(1);
            }
        }

        return DateTime.MaxValue;
    }

    private static bool HasBetween(LastUses uses, DateTime held, DateTime wanted) =>
        uses.Blobs.Values.Concat(uses.Layers.Values).Any(time => time >= held && time < wanted);

    // A clock that was ahead left marks from the future, which would never be old.
    private static void Rejuvenate(StoreInventory inventory, DateTime now)
    {
        foreach (FileSystemInfo thing in inventory.Blobs.Values.Concat<FileSystemInfo>(inventory.Keys.Select(key => key.File)).Concat(inventory.Layers.Values.Select(layer => layer.Folder))
            .Where(thing => thing.LastWriteTimeUtc > now + ClockGrain))
        {
            thing.LastWriteTimeUtc = now;
        }
    }

    private void Doom(IEnumerable<(string Path, long Size)> things, PruneOptions options)
    {
        foreach ((string path, long size) in things)
        {
            _freed += size;
            if (options.DryRun)
            {
                continue;
            }

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
