using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;
using Slipway.Images.Model;

namespace Slipway.Images.Store;

/// <summary>Lists what lies in the folders of the store and follows what refers to what. Not through the stores of blobs and layers: looking is not using.</summary>
internal sealed class StoreCensus(StoreLayout layout)
{
    internal IEnumerable<(Digest Digest, FileInfo File)> EnumerateBlobs() =>
        from folder in new DirectoryInfo(layout.Blobs).EnumerateDirectories()
        from file in folder.EnumerateFiles()
        let known = Digest.TryParse($"{folder.Name}:{file.Name}", out Digest digest) ? digest : default
        where !known.IsEmpty && file.Exists
        select (known, file);

    internal IEnumerable<(Digest DiffId, DirectoryInfo Folder)> EnumerateLayers() =>
        from folder in new DirectoryInfo(layout.Layers).EnumerateDirectories()
        let known = Digest.TryParse("sha256:" + folder.Name, out Digest digest) ? digest : default
        where !known.IsEmpty
        select (known, folder);

    internal IEnumerable<FileInfo> EnumerateKeys() =>
        new DirectoryInfo(layout.Keys).EnumerateFiles("*.json", SearchOption.AllDirectories).Where(file => file.Exists);

    /// <summary>The forms of a layer and about what its folder takes.</summary>
    internal static StoredLayer Describe(Digest diffId, DirectoryInfo folder)
    {
        var entries = new FileInfo(Path.Combine(folder.FullName, "entries"));
        LayerBlobs known = LayerJsonContext.Read(Path.Combine(folder.FullName, "blobs.json"));
        long tree = Directory.Exists(Path.Combine(folder.FullName, "tree")) ? LayerIndexFile.ReadTarSize(entries.FullName) : 0;
        return new StoredLayer(diffId, folder, tree + (entries.Exists ? entries.Length : 0), [diffId, .. known.Blobs.Select(blob => blob.Descriptor.Digest)]);
    }

    /// <summary>Follows manifest, config and layers from the entries of one image in the index. What cannot be read refers to nothing.</summary>
    internal async Task<ImageRoot> FollowAsync(IReadOnlyList<Descriptor> entries, CancellationToken cancellationToken)
    {
        Descriptor target = entries[0];
        string manifest = layout.Blob(target.Digest);
        DateTime tagged = entries.Max(entry => ImageIndexFile.TimeOf(entry)?.UtcDateTime ?? DateTime.MinValue);
        DateTime used = File.Exists(manifest) ? File.GetLastWriteTimeUtc(manifest) : DateTime.MinValue;
        var labels = new Dictionary<string, string>(StringComparer.Ordinal);
        var root = new ImageRoot(
            target, [.. entries.Select(ImageIndexFile.NameOf).OfType<ImageReference>()], tagged > used ? tagged : used, labels, [], []);
        await FollowAsync(target, root, labels, cancellationToken);
        return root;
    }

    private async Task FollowAsync(Descriptor descriptor, ImageRoot root, Dictionary<string, string> labels, CancellationToken cancellationToken)
    {
        if (!root.Blobs.Add(descriptor.Digest) || !File.Exists(layout.Blob(descriptor.Digest)))
        {
            return;
        }

        try
        {
            if (MediaTypes.IsIndex(descriptor.MediaType))
            {
                foreach (Descriptor child in ImageJson.ReadIndex(await ReadAsync(descriptor)).Manifests)
                {
                    await FollowAsync(child, root, labels, cancellationToken);
                }
            }
            else if (MediaTypes.IsManifest(descriptor.MediaType))
            {
                OciManifest manifest = ImageJson.ReadManifest(await ReadAsync(descriptor));
                root.Blobs.UnionWith(manifest.Layers.Select(layer => layer.Digest));
                await FollowAsync(manifest.Config with { MediaType = MediaTypes.OciConfig }, root, labels, cancellationToken);
            }
            else if (MediaTypes.IsConfig(descriptor.MediaType))
            {
                ImageConfig config = ImageJson.ReadConfig(await ReadAsync(descriptor));
                root.Layers.UnionWith(config.DiffIds);
                foreach ((string name, string value) in config.Config.Labels)
                {
                    labels[name] = value;
                }
            }
        }
        catch (InvalidDataException)
        {
            // A damaged manifest keeps itself, and nothing else can be said of it.
        }

        Task<byte[]> ReadAsync(Descriptor blob) => File.ReadAllBytesAsync(layout.Blob(blob.Digest), cancellationToken);
    }
}
