using System.Text.Json;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Images.Archives;

/// <summary>
/// Takes the images of a docker archive's <c>manifest.json</c> into the store's list. Such an archive has no manifest in the sense of
/// registries, so one is written; the config stays as it is, and with it the image's id.
/// </summary>
internal sealed class DockerArchiveLoader(ImageStore store, string name, ArchiveContents contents)
{
    public async Task<IReadOnlyList<LoadedImage>> LoadAsync(CancellationToken cancellationToken)
    {
        List<LoadedImage> images = [];
        foreach (DockerArchiveEntry entry in Entries())
        {
            images.Add(await LoadAsync(entry, cancellationToken));
        }

        return images;
    }

    private DockerArchiveEntry[] Entries()
    {
        try
        {
            DockerArchiveEntry?[] entries = JsonSerializer.Deserialize(
                contents.Documents[ArchiveNames.ManifestFile], DockerArchiveJson.Default.DockerArchiveEntryArray) ?? [];
            return [.. entries.OfType<DockerArchiveEntry>()];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException($"manifest.json cannot be read: {e.Message}", e);
        }
    }

    private async Task<LoadedImage> LoadAsync(DockerArchiveEntry entry, CancellationToken cancellationToken)
    {
        ImageReference[] names = [.. (entry.RepoTags ?? []).Select(tag => ImageReference.Parse(tag ?? ""))];
        string what = names is [var first, ..] ? first.Familiar : entry.Config ?? "an image";
        byte[] bytes = await ReadConfigAsync(entry.Config ?? "", what, cancellationToken);
        ImageConfig config = ImageJson.ReadConfig(bytes);
        IReadOnlyList<string?> files = entry.Layers ?? [];
        if (files.Count != config.DiffIds.Count)
        {
            throw new InvalidDataException($"{what} has {files.Count} layers, its config {config.DiffIds.Count}.");
        }

        var layers = new Descriptor[files.Count];
        for (int i = 0; i < layers.Length; i++)
        {
            layers[i] = await FindLayerAsync(files[i] ?? "", config.DiffIds[i], what, cancellationToken);
        }

        var manifest = new OciManifest { Config = await store.Blobs.PutAsync(bytes, MediaTypes.OciConfig, cancellationToken), Layers = layers };
        Descriptor target = await store.Blobs.PutAsync(ImageJson.Write(manifest), MediaTypes.OciManifest, cancellationToken);
        await StoreNames.ListAsync(store, target, names, cancellationToken);
        return new LoadedImage(manifest.Config.Digest, target, names);
    }

    private async Task<byte[]> ReadConfigAsync(string file, string what, CancellationToken cancellationToken)
    {
        string path = contents.Follow(file);
        return contents.Documents.TryGetValue(path, out byte[]? document) ? document
            : contents.Blobs.TryGetValue(path, out Digest digest) ? await store.Blobs.ReadAsync(digest, cancellationToken)
            : throw Missing(file, what);
    }

    private async Task<Descriptor> FindLayerAsync(string file, Digest diffId, string what, CancellationToken cancellationToken)
    {
        string path = contents.Follow(file);
        if (contents.Layers.TryGetValue(path, out Layer? layer))
        {
            return layer.DiffId == diffId ? layer.TarDescriptor
                : throw new DiagnosticException(
                    "corrupt-archive", $"The layer {file} of {what} in {name} is not the one its config names: its digest is {layer.DiffId}, not {diffId}.",
                    "Save the image again.");
        }

        if (!contents.Blobs.TryGetValue(path, out Digest digest))
        {
            throw Missing(file, what);
        }

        var blob = new Descriptor(await LayerTypeAsync(digest, cancellationToken), digest, store.Blobs.SizeOf(digest)!.Value);
        await store.Layers.AddBlobAsync(diffId, blob, origin: null, cancellationToken);
        return blob;
    }

    private async Task<string> LayerTypeAsync(Digest digest, CancellationToken cancellationToken)
    {
        await using Stream blob = store.Blobs.OpenRead(digest);
        byte[] start = new byte[Decompressor.MagicLength];
        int length = await blob.ReadAtLeastAsync(start, start.Length, throwOnEndOfStream: false, cancellationToken);
        return Decompressor.Detect(start.AsSpan(0, length)) switch
        {
            CompressionKind.Gzip => MediaTypes.OciLayerGzip,
            CompressionKind.Zstd => MediaTypes.OciLayerZstd,
            CompressionKind.None => MediaTypes.OciLayerTar,
            var kind => throw new InvalidDataException($"The layer {digest} is compressed with {kind}, which images do not know."),
        };
    }

    private DiagnosticException Missing(string file, string what) =>
        new("incomplete-archive", $"{name} does not have the file '{file}' of {what}.", "Save the image again, with all of its layers.");
}
