using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Archives;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.SharedCache;
using Slipway.Images.Store;

namespace Slipway.Images.Registry;

/// <summary>
/// Brings images from the store into registries. Layers that a registry compressed once (those of a base image) go as they are; new ones are compressed, each
/// once, and kept so. What the registry has is not sent.
/// </summary>
public sealed class ImagePusher(Registries registries, ImageStore store)
{
    private const int MostMounts = 2;

    /// <param name="image">The image.</param>
    /// <param name="reference">Where to; a tag, or nothing but a digest, which then must be the manifest's.</param>
    /// <param name="compression">For the layers that are not compressed yet.</param>
    /// <param name="progress">Hears of the bytes.</param>
    /// <param name="cancellationToken">Gives up; the registry then has blobs, but no new manifest.</param>
    /// <returns>The manifest as the registry has it now; its digest is the one to pull by.</returns>
    /// <exception cref="DiagnosticException">The registry does not answer or refuses.</exception>
    public async Task<Descriptor> PushAsync(
        StoredImage image,
        ImageReference reference,
        CompressionKind compression,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        RegistryClient client = registries.For(reference);
        await client.PingAsync(cancellationToken);
        ILookup<Digest, string> mounts = await FindMountsAsync(reference, image, cancellationToken);
        var layers = new Descriptor[image.Manifest.Layers.Count];

        // Compressing uses all processors by itself; one layer at a time is as fast and needs less memory, while others are on their way.
        using var compressing = new SemaphoreSlim(1, 1);
        await Parallel.ForEachAsync(
            Enumerable.Range(-1, layers.Length + 1),
            new ParallelOptions { MaxDegreeOfParallelism = registries.Options.ParallelTransfers, CancellationToken = cancellationToken },
            async (i, token) =>
            {
                if (i < 0)
                {
                    await PushAsync(client, reference, image.Manifest.Config, mounts, _ => Task.CompletedTask, progress, token);
                    return;
                }

                Digest diffId = image.Config.DiffIds[i];
                Descriptor layer = image.Manifest.Layers[i];
                layers[i] = LayerTypes.IsUncompressed(layer.MediaType) && compression != CompressionKind.None
                    ? await CompressAsync(diffId, compression, compressing, token)
                    : layer;
                await PushAsync(client, reference, layers[i], mounts, t => store.Layers.EnsureBlobAsync(diffId, layers[i], t), progress, token);
            });

        byte[] bytes = await PushedManifest.BytesAsync(store, image, layers, cancellationToken);
        string mediaType = PushedManifest.MediaType(image, layers);
        var pushed = new Descriptor(mediaType, Digest.Of(bytes), bytes.Length);
        if (reference.Digest is { } asked && asked != pushed.Digest)
        {
            throw new DiagnosticException(
                "wrong-digest", $"The manifest to push has the digest {pushed.Digest}, not {asked}.", "Push to a tag; the digest is printed afterwards.");
        }

        await client.PutManifestAsync(reference.Repository, reference.Tag ?? pushed.Digest.ToString(), mediaType, bytes, cancellationToken);
        return pushed;
    }

    private async Task<Descriptor> CompressAsync(Digest diffId, CompressionKind compression, SemaphoreSlim turn, CancellationToken cancellationToken)
    {
        await turn.WaitAsync(cancellationToken);
        try
        {
            return await store.Layers.GetBlobAsync(diffId, compression, cancellationToken);
        }
        finally
        {
            turn.Release();
        }
    }

    private async Task PushAsync(
        RegistryClient client,
        ImageReference reference,
        Descriptor blob,
        ILookup<Digest, string> mounts,
        Func<CancellationToken, Task> ensure,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken) =>
        await client.PushBlobAsync(
            reference.Repository,
            blob,
            [.. mounts[blob.Digest].Distinct().Take(MostMounts)],
            async token =>
            {
                await ensure(token);
                return () => store.Blobs.OpenRead(blob.Digest);
            },
            progress,
            cancellationToken);

    /// <summary>Repositories of the same registry that have a layer, as far as the store's own images tell.</summary>
    private async Task<ILookup<Digest, string>> FindMountsAsync(ImageReference reference, StoredImage image, CancellationToken cancellationToken)
    {
        IReadOnlyList<StoredImage> images = await store.ListAsync(image.Config.Platform, cancellationToken);
        IEnumerable<(Digest, string)> origins = image.Config.DiffIds.SelectMany(diffId => store.Layers.GetOrigins(diffId))
            .Where(known => !CacheOrigins.IsCache(known.Origin) && !OciLayoutImages.IsOrigin(known.Origin))
            .Select(known => (known.Blob, Reference: ImageReference.Parse(known.Origin)))
            .Where(known => known.Reference.Registry == reference.Registry && known.Reference.Repository != reference.Repository)
            .Select(known => (known.Blob, known.Reference.Repository));
        return images
            .SelectMany(other => other.Names
                .Where(name => name.Registry == reference.Registry && name.Repository != reference.Repository)
                .SelectMany(name => other.Manifest.Layers.Select(layer => (layer.Digest, name.Repository))))
            .Concat(origins) // a base that was never pulled is named by nothing, but its layers know where they are
            .ToLookup(pair => pair.Item1, pair => pair.Item2);
    }
}
