using Slipway.Foundation.Hashing;
using Slipway.Images.Model;

namespace Slipway.Images.Store;

/// <summary>What one kind of thing takes on disk.</summary>
/// <param name="Kind">Its name, as people read it.</param>
/// <param name="Count">How many there are.</param>
/// <param name="Active">How many of them are in use: named images, for instance.</param>
/// <param name="Size">Bytes on disk, about.</param>
/// <param name="Reclaimable">Bytes that a prune could free.</param>
public sealed record StoreUsage(string Kind, int Count, int Active, long Size, long Reclaimable);

/// <summary>What one image takes on disk.</summary>
/// <param name="Names">Its names.</param>
/// <param name="Id">The digest of its manifest.</param>
/// <param name="LastUse">When it was last tagged or used.</param>
/// <param name="Size">The bytes of all it needs.</param>
/// <param name="Unique">The bytes that no other image needs.</param>
public sealed record ImageUsage(IReadOnlyList<ImageReference> Names, Digest Id, DateTime LastUse, long Size, long Unique);

/// <summary>What one record of the cache keeps.</summary>
/// <param name="Key">The key.</param>
/// <param name="Operation">The step in the recipe.</param>
/// <param name="LastUse">When it was last used.</param>
/// <param name="Size">The bytes of its result.</param>
/// <param name="Shared">Whether an image needs the result, too.</param>
public sealed record CacheUsage(string Key, string Operation, DateTime LastUse, long Size, bool Shared);

/// <summary>What the store takes on disk.</summary>
/// <param name="Kinds">Images, layers, cache and what nothing refers to. A thing counts once, for the first of these that needs it.</param>
/// <param name="Images">Every image.</param>
/// <param name="Cache">Every record of the cache.</param>
public sealed record StoreUsageReport(IReadOnlyList<StoreUsage> Kinds, IReadOnlyList<ImageUsage> Images, IReadOnlyList<CacheUsage> Cache);

/// <summary>Adds up an inventory.</summary>
internal static class StoreMeasure
{
    internal static StoreUsageReport Of(StoreInventory inventory)
    {
        var forms = inventory.Layers.Values.ToDictionary(layer => layer.DiffId, layer => layer.Forms);
        ILookup<string, ImageRoot> uses = inventory.Images.SelectMany(image => Things(image).Select(thing => (thing, image))).ToLookup(pair => pair.thing, pair => pair.image);
        var seen = new HashSet<string>(StringComparer.Ordinal);
        long named = Take(inventory.Images.Where(image => image.Names.Count > 0).SelectMany(Things));
        long unnamed = Take(inventory.Images.SelectMany(Things));
        HashSet<string> ofImages = [.. seen];
        KeyRoot[] downloads = [.. inventory.Keys.Where(key => key.Blobs.Count > 0)], steps = [.. inventory.Keys.Except(downloads)];
        long cached = Take(steps.SelectMany(key => Spread(key.Layers))) + steps.Sum(key => key.File.Length);
        long downloaded = Take(downloads.SelectMany(key => key.Blobs.Select(Blob))) + downloads.Sum(key => key.File.Length);
        long shared = uses.Where(thing => thing.Count() > 1).Sum(thing => SizeOf(thing.Key));
        int looseCount = inventory.Blobs.Keys.Count(blob => !seen.Contains(Blob(blob)));
        long loose = Take(inventory.Blobs.Keys.Select(Blob).Concat(inventory.Layers.Keys.Select(Layer)));
        long layers = inventory.Layers.Keys.SelectMany(diffId => Spread([diffId])).Distinct().Sum(SizeOf);
        return new StoreUsageReport(
            [
                new("Images", inventory.Images.Count, inventory.Images.Count(image => image.Names.Count > 0), named + unnamed, unnamed),
                new("Layers", inventory.Layers.Count, inventory.Layers.Keys.Count(diffId => ofImages.Contains(Layer(diffId))), layers,
                    inventory.Layers.Keys.SelectMany(diffId => Spread([diffId])).Distinct().Where(thing => !ofImages.Contains(thing)).Sum(SizeOf)),
                new("Shared Layers", uses.Count(thing => thing.Count() > 1 && thing.Key[0] == 'l'), 0, shared, 0),
                new("Build Cache", steps.Length, 0, cached, cached),
                new("Downloads", downloads.Length, 0, downloaded, downloaded),
                new("Unreferenced", looseCount, 0, loose, loose),
            ],
            [.. inventory.Images.Select(image => new ImageUsage(
                image.Names, image.Target.Digest, image.Time, Things(image).Sum(SizeOf), Things(image).Where(thing => uses[thing].Count() == 1).Sum(SizeOf)))],
            [.. inventory.Keys.Select(key => new CacheUsage(
                Path.GetFileNameWithoutExtension(key.File.Name), key.Operation, key.Time, Spread(key.Layers).Concat(key.Blobs.Select(Blob)).Sum(SizeOf),
                Spread(key.Layers).Any(ofImages.Contains)))]);

        static string Blob(Digest digest) => "b" + digest;

        static string Layer(Digest digest) => "l" + digest;

        IEnumerable<string> Spread(IEnumerable<Digest> diffIds) =>
            diffIds.SelectMany(diffId => forms.TryGetValue(diffId, out IReadOnlyList<Digest>? known) ? known.Select(Blob).Prepend(Layer(diffId)) : [Blob(diffId)]);

        IEnumerable<string> Things(ImageRoot image) => image.Blobs.Select(Blob).Concat(Spread(image.Layers)).Distinct();

        long SizeOf(string thing) => Digest.Parse(thing[1..]) is var digest && thing[0] == 'b'
            ? inventory.Blobs.GetValueOrDefault(digest)?.Length ?? 0
            : inventory.Layers.GetValueOrDefault(digest)?.Size ?? 0;

        long Take(IEnumerable<string> things) => things.Where(seen.Add).ToArray().Sum(SizeOf);
    }
}
