using Slipway.Foundation.Hashing;
using Slipway.Images.Model;

namespace Slipway.Images.Store;

/// <summary>An image of the list, whatever its names, and what it needs.</summary>
internal sealed record ImageRoot(Descriptor Target, IReadOnlyList<ImageReference> Names, DateTime Time, IReadOnlyDictionary<string, string> Labels, HashSet<Digest> Blobs, HashSet<Digest> Layers);

/// <summary>A record of the cache, and what it leads to.</summary>
internal sealed record KeyRoot(FileInfo File, string Operation, DateTime Time, IReadOnlyList<Digest> Layers, IReadOnlyList<Digest> Blobs);

/// <summary>A layer's folder. It and its blobs live and go together.</summary>
/// <param name="Size">About what the folder takes: the tree counts as its tar.</param>
internal sealed record StoredLayer(Digest DiffId, DirectoryInfo Folder, long Size, IReadOnlyList<Digest> Forms);

/// <summary>
/// What is in the store, when it was last used, and what refers to what; the ground of <c>system df</c> and of every prune. Looking is not using: nothing is marked.
/// </summary>
internal sealed class StoreInventory
{
    private StoreInventory(
        IReadOnlyList<ImageRoot> images, IReadOnlyList<KeyRoot> keys, IReadOnlyDictionary<Digest, StoredLayer> layers, IReadOnlyDictionary<Digest, FileInfo> blobs) =>
        (Images, Keys, Layers, Blobs) = (images, keys, layers, blobs);

    public IReadOnlyList<ImageRoot> Images { get; }

    public IReadOnlyList<KeyRoot> Keys { get; }

    public IReadOnlyDictionary<Digest, StoredLayer> Layers { get; }

    public IReadOnlyDictionary<Digest, FileInfo> Blobs { get; }

    /// <summary>The bytes of all of it.</summary>
    public long Size => Blobs.Values.Sum(file => file.Length) + Layers.Values.Sum(layer => layer.Size) + Keys.Sum(key => key.File.Length);

    public static async Task<StoreInventory> ReadAsync(StoreLayout layout, ImageIndexFile index, CancellationToken cancellationToken)
    {
        var census = new StoreCensus(layout);
        List<ImageRoot> images = [];
        foreach (IGrouping<Digest, Descriptor> same in index.Read().Manifests.GroupBy(entry => entry.Digest))
        {
            images.Add(await census.FollowAsync([.. same], cancellationToken));
        }

        List<KeyRoot> keys = [];
        foreach (FileInfo file in census.EnumerateKeys())
        {
            KeyRecord? record = await KeyStore.ReadAsync(file.FullName, cancellationToken);
            IEnumerable<Digest> blobs = record?.Values.Values.Select(text => Digest.TryParse(text, out Digest digest) ? digest : default).Where(digest => !digest.IsEmpty) ?? [];
            keys.Add(new KeyRoot(file, record?.Operation ?? "", file.LastWriteTimeUtc, record?.Layers ?? [], [.. blobs]));
        }

        return new StoreInventory(
            images,
            keys,
            census.EnumerateLayers().ToDictionary(layer => layer.DiffId, layer => StoreCensus.Describe(layer.DiffId, layer.Folder)),
            census.EnumerateBlobs().ToDictionary(blob => blob.Digest, blob => blob.File));
    }

    /// <summary>
    /// For every blob and layer the last time that it, or something that needs it, was used.
    /// </summary>
    /// <param name="imageTime">The time of an image; <see cref="DateTime.MaxValue"/> to keep it whatever its age.</param>
    /// <param name="keyTime">The same of a key.</param>
    public LastUses FindLastUses(Func<ImageRoot, DateTime> imageTime, Func<KeyRoot, DateTime> keyTime)
    {
        var blobs = Blobs.ToDictionary(blob => blob.Key, blob => blob.Value.LastWriteTimeUtc);
        var layers = Layers.ToDictionary(layer => layer.Key, layer => layer.Value.Folder.LastWriteTimeUtc);
        foreach (ImageRoot image in Images)
        {
            Raise(blobs, image.Blobs, imageTime(image));
            Raise(layers, image.Layers, imageTime(image));
        }

        foreach (KeyRoot key in Keys)
        {
            Raise(blobs, key.Blobs, keyTime(key));
            Raise(layers, key.Layers, keyTime(key));
        }

        // A layer is as young as the youngest of its blobs, and they are as young as it; a tar may lie there without a folder.
        foreach (StoredLayer layer in Layers.Values)
        {
            Raise(layers, [layer.DiffId], layer.Forms.Select(form => blobs.GetValueOrDefault(form)).DefaultIfEmpty().Max());
            Raise(blobs, layer.Forms, layers[layer.DiffId]);
        }

        return new LastUses(blobs, layers);
    }

    private static void Raise(Dictionary<Digest, DateTime> times, IEnumerable<Digest> digests, DateTime time)
    {
        foreach (Digest digest in digests)
        {
            if (times.TryGetValue(digest, out DateTime before) && before < time)
            {
                times[digest] = time;
            }
        }
    }
}

/// <summary>When blobs and layers were last used, by themselves or through what needs them.</summary>
internal sealed record LastUses(IReadOnlyDictionary<Digest, DateTime> Blobs, IReadOnlyDictionary<Digest, DateTime> Layers);
