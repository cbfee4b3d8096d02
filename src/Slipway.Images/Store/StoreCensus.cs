using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;
using Slipway.Images.Model;

namespace Slipway.Images.Store;

/// <summary>What the images of the index refer to.</summary>
internal sealed record Reachable(HashSet<Digest> Blobs, HashSet<Digest> Layers);

/// <summary>Counts what is in the store and follows what refers to what.</summary>
internal sealed class StoreCensus(StoreLayout layout, ImageIndexFile index)
{
    /// <summary>Follows manifests, configs and layers from the entries of the index. What cannot be read refers to nothing.</summary>
    internal async Task<Reachable> FollowAsync(IEnumerable<Descriptor> roots, CancellationToken cancellationToken)
    {
        var reachable = new Reachable([], []);
        foreach (Descriptor root in roots)
        {
            await FollowAsync(root, reachable, cancellationToken);
        }

        foreach (Digest diffId in reachable.Layers)
        {
            AddFormsOf(diffId, reachable);
        }

        return reachable;
    }

    /// <summary>The blobs that are forms of the layer.</summary>
    internal void AddFormsOf(Digest diffId, Reachable reachable)
    {
        reachable.Blobs.Add(diffId);
        reachable.Blobs.UnionWith(LayerJsonContext.Read(Path.Combine(layout.Layer(diffId), "blobs.json")).Blobs.Select(blob => blob.Descriptor.Digest));
    }

    internal IEnumerable<(Digest Digest, FileInfo File)> EnumerateBlobs() =>
        from folder in new DirectoryInfo(layout.Blobs).EnumerateDirectories()
        from file in folder.EnumerateFiles()
        let known = Digest.TryParse($"{folder.Name}:{file.Name}", out Digest digest) ? digest : default
        where !known.IsEmpty
        select (known, file);

    internal IEnumerable<(Digest DiffId, DirectoryInfo Folder)> EnumerateLayers() =>
        from folder in new DirectoryInfo(layout.Layers).EnumerateDirectories()
        let known = Digest.TryParse("sha256:" + folder.Name, out Digest digest) ? digest : default
        where !known.IsEmpty
        select (known, folder);

    internal IEnumerable<FileInfo> EnumerateKeys() => new DirectoryInfo(layout.Keys).EnumerateFiles("*.json", SearchOption.AllDirectories);

    /// <summary>About what the layer's folder takes: the files its entries list, if it has a tree, and the list itself.</summary>
    internal static long SizeOf(Digest diffId, DirectoryInfo folder)
    {
        var entries = new FileInfo(Path.Combine(folder.FullName, "entries"));
        if (!entries.Exists)
        {
            return 0;
        }

        try
        {
            long tree = Directory.Exists(Path.Combine(folder.FullName, "tree"))
                ? LayerIndexFile.Read(diffId, File.ReadAllBytes(entries.FullName)).Index.Entries.Sum(entry => entry.Size)
                : 0;
            return tree + entries.Length;
        }
        catch (InvalidDataException)
        {
            return entries.Length;
        }
    }

    internal async Task<IReadOnlyList<StoreUsage>> MeasureAsync(CancellationToken cancellationToken)
    {
        IReadOnlyList<Descriptor> manifests = index.Read().Manifests;
        Reachable all = await FollowAsync(manifests, cancellationToken);
        Reachable named = await FollowAsync(manifests.Where(entry => ImageIndexFile.NameOf(entry) is not null), cancellationToken);
        (Digest Digest, FileInfo File)[] stored = [.. EnumerateBlobs()];
        (Digest DiffId, long Size)[] layers = [.. EnumerateLayers().Select(layer => (layer.DiffId, SizeOf(layer.DiffId, layer.Folder)))];
        FileInfo[] keys = [.. EnumerateKeys()];
        long loose = stored.Where(blob => !all.Blobs.Contains(blob.Digest)).Sum(blob => blob.File.Length);
        return
        [
            new("images", manifests.Select(entry => entry.Digest).Distinct().Count(), Size(all), stored.Where(blob => all.Blobs.Contains(blob.Digest) && !named.Blobs.Contains(blob.Digest)).Sum(blob => blob.File.Length)),
            new("layers", layers.Length, layers.Sum(layer => layer.Size), layers.Where(layer => !all.Layers.Contains(layer.DiffId)).Sum(layer => layer.Size)),
            new("blobs", stored.Count(blob => !all.Blobs.Contains(blob.Digest)), loose, loose),
            new("keys", keys.Length, keys.Sum(file => file.Length), keys.Sum(file => file.Length)),
        ];

        long Size(Reachable reachable) => stored.Where(blob => reachable.Blobs.Contains(blob.Digest)).Sum(blob => blob.File.Length);
    }

    private async Task FollowAsync(Descriptor descriptor, Reachable reachable, CancellationToken cancellationToken)
    {
        if (!reachable.Blobs.Add(descriptor.Digest) || !File.Exists(layout.Blob(descriptor.Digest)))
        {
            return;
        }

        try
        {
            if (MediaTypes.IsIndex(descriptor.MediaType))
            {
                foreach (Descriptor child in ImageJson.ReadIndex(await ReadAsync(descriptor)).Manifests)
                {
                    await FollowAsync(child, reachable, cancellationToken);
                }
            }
            else if (MediaTypes.IsManifest(descriptor.MediaType))
            {
                OciManifest manifest = ImageJson.ReadManifest(await ReadAsync(descriptor));
                reachable.Blobs.UnionWith(manifest.Layers.Select(layer => layer.Digest));
                await FollowAsync(manifest.Config with { MediaType = MediaTypes.OciConfig }, reachable, cancellationToken);
            }
            else if (MediaTypes.IsConfig(descriptor.MediaType))
            {
                reachable.Layers.UnionWith(ImageJson.ReadConfig(await ReadAsync(descriptor)).DiffIds);
            }
        }
        catch (InvalidDataException)
        {
            // A damaged manifest keeps itself, and nothing else can be said of it.
        }

        // Not through the blob store: looking is not using.
        Task<byte[]> ReadAsync(Descriptor blob) => File.ReadAllBytesAsync(layout.Blob(blob.Digest), cancellationToken);
    }
}
