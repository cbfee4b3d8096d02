using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Images.Registry;

/// <summary>
/// Brings images from registries into the store, in two steps: manifest and config, which is all that a <c>FROM</c> needs; then the layers,
/// for a pull, or one by one when somebody needs their bytes.
/// </summary>
public sealed class ImagePuller(Registries registries, ImageStore store)
{
    private const int DeepestIndex = 3;

    /// <summary>
    /// Finds the image and stores its documents; the store learns where its layers can be had. Of a reference by digest whose documents are in the store
    /// nothing is asked.
    /// </summary>
    /// <exception cref="DiagnosticException">There is no such image, tag or platform, or the registry does not answer.</exception>
    public Task<ResolvedImage> ResolveAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken) =>
        UsableAsync(reference, () => FindAsync(reference, platform, cancellationToken));

    /// <summary>Whether layers are unpacked, too, each while it comes: for an image that is about to run.</summary>
    public bool Unpacks { get; init; }

    /// <summary>Fetches the layers that are not in the store, several at once.</summary>
    /// <exception cref="DiagnosticException">The disk has no room for them, or the registry does not answer.</exception>
    public async Task FetchLayersAsync(ResolvedImage image, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        RegistryClient client = registries.For(image.Reference);
        long missing = image.Manifest.Layers.DistinctBy(layer => layer.Digest).Where(layer => !store.Blobs.Exists(layer.Digest)).Sum(layer => layer.Size);
        await store.RequireSpaceAsync(missing, $"pulling {image.Reference.Familiar}", cancellationToken);
        await Parallel.ForEachAsync(
            image.Manifest.Layers.Zip(image.Config.DiffIds).DistinctBy(layer => layer.First.Digest),
            new ParallelOptions { MaxDegreeOfParallelism = registries.Options.ParallelTransfers, CancellationToken = cancellationToken },
            async (layer, token) =>
            {
                if (Unpacks)
                {
                    await store.Layers.GetTreeAsync(layer.Second, OpenAsync, token);
                }

                await FetchBlobAsync(client, image.Reference, layer.First, progress, token); // unpacking has brought it, unless the layer was here in another form

                Task<Stream> OpenAsync(Descriptor blob, string origin, CancellationToken t) => blob.Digest != layer.First.Digest && store.Blobs.Fetcher is { } other
                    ? other(blob, origin, t)
                    : Task.FromResult(client.OpenBlob(image.Reference.Repository, blob, progress));
            });
    }

    /// <summary>Both steps, and names the image in the store.</summary>
    public async Task<ResolvedImage> PullAsync(
        ImageReference reference, Platform platform, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        ResolvedImage image = await ResolveAsync(reference, platform, cancellationToken);
        await FetchLayersAsync(image, progress, cancellationToken);
        await store.TagAsync(reference, image.Target, cancellationToken);
        return image;
    }

    /// <summary>Both steps for every platform of an index, and names the index in the store; the single image when the reference names one.</summary>
    /// <exception cref="DiagnosticException">There is no such image, or the registry does not answer.</exception>
    public async Task<IReadOnlyList<ResolvedImage>> PullAllAsync(ImageReference reference, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        IReadOnlyList<ResolvedImage> images = await ResolveAllAsync(reference, cancellationToken);
        foreach (ResolvedImage image in images)
        {
            await FetchLayersAsync(image, progress, cancellationToken);
        }

        await store.TagAsync(reference, images[0].Target, cancellationToken);
        return images;
    }

    /// <summary>As <see cref="ResolveAsync"/> for every platform; at least one image.</summary>
    /// <exception cref="DiagnosticException">There is no such image, or the registry does not answer.</exception>
    public Task<IReadOnlyList<ResolvedImage>> ResolveAllAsync(ImageReference reference, CancellationToken cancellationToken) => UsableAsync(reference, async () =>
    {
        RegistryClient client = registries.For(reference);
        Descriptor target = await FindTargetAsync(client, reference, cancellationToken);
        if (!MediaTypes.IsIndex(target.MediaType))
        {
            return [await DescribeAsync(client, reference, target, target, cancellationToken)];
        }

        List<ResolvedImage> images = [];
        OciIndex index = ImageJson.ReadIndex(await store.Blobs.ReadAsync(target.Digest, cancellationToken));
        foreach (Descriptor entry in index.Manifests.Where(PlatformChoice.IsImage).Where(entry => MediaTypes.IsManifest(entry.MediaType)))
        {
            Descriptor manifest = await GetManifestAsync(client, reference, entry.Digest.ToString(), cancellationToken);
            images.Add(await DescribeAsync(client, reference, target, manifest, cancellationToken));
        }

        return (IReadOnlyList<ResolvedImage>)(images.Count > 0 ? images : throw PlatformChoice.NoneFits(reference.Familiar, index, Platform.Host));
    });

    private async Task<ResolvedImage> FindAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        RegistryClient client = registries.For(reference);
        Descriptor target = await FindTargetAsync(client, reference, cancellationToken);
        Descriptor chosen = target;
        for (int depth = 0; MediaTypes.IsIndex(chosen.MediaType); depth++)
        {
            OciIndex index = ImageJson.ReadIndex(await store.Blobs.ReadAsync(chosen.Digest, cancellationToken));
            chosen = depth < DeepestIndex && PlatformChoice.Pick(index, platform) is { } pick
                ? await GetManifestAsync(client, reference, pick.Digest.ToString(), cancellationToken)
                : throw PlatformChoice.NoneFits(reference.Familiar, index, platform);
        }

        return await DescribeAsync(client, reference, target, chosen, cancellationToken);
    }

    /// <summary>Reads the manifest, which is stored, gets the config, and says where the layers can be had.</summary>
    private async Task<ResolvedImage> DescribeAsync(
        RegistryClient client, ImageReference reference, Descriptor target, Descriptor chosen, CancellationToken cancellationToken)
    {
        OciManifest manifest = ImageJson.ReadManifest(await store.Blobs.ReadAsync(chosen.Digest, cancellationToken));
        ImageDocuments.CheckManifest(reference.Familiar, manifest);
        await FetchBlobAsync(client, reference, manifest.Config, null, cancellationToken);
        ImageConfig config = ImageJson.ReadConfig(await store.Blobs.ReadAsync(manifest.Config.Digest, cancellationToken));
        ImageDocuments.CheckConfig(reference.Familiar, manifest, config);
        for (int i = 0; i < manifest.Layers.Count; i++)
        {
            await store.Layers.AddBlobAsync(config.DiffIds[i], manifest.Layers[i], reference.ToString(), cancellationToken);
        }

        return new ResolvedImage(reference, target, chosen, manifest, config);
    }

    private static async Task<T> UsableAsync<T>(ImageReference reference, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (InvalidDataException e)
        {
            throw new DiagnosticException(
                "corrupt-image", $"{reference.Registry} has no usable image {reference.Familiar}: {e.Message}", "The image must be pushed to the registry anew.");
        }
    }

    /// <summary>What the reference names, stored.</summary>
    private async Task<Descriptor> FindTargetAsync(RegistryClient client, ImageReference reference, CancellationToken cancellationToken)
    {
        string name = (reference.Digest?.ToString() ?? reference.Tag)!;
        if (reference.Digest is { } digest && await ReadStoredAsync(reference, digest, cancellationToken) is { } stored)
        {
            return stored;
        }

        // Asking for the digest first costs little, and nothing is fetched (and counted against a limit) that is here.
        Descriptor? found = await client.ResolveAsync(reference.Repository, name, cancellationToken);
        if (found is null)
        {
            throw await NotFoundAsync(client, reference, cancellationToken);
        }

        return await GetManifestAsync(client, reference, found.Digest.ToString(), cancellationToken);
    }

    private async Task<Descriptor> GetManifestAsync(
        RegistryClient client, ImageReference reference, string digest, CancellationToken cancellationToken)
    {
        if (await ReadStoredAsync(reference, Digest.Parse(digest), cancellationToken) is { } stored)
        {
            return stored;
        }

        FetchedManifest manifest = await client.TryGetManifestAsync(reference.Repository, digest, cancellationToken)
            ?? throw new DiagnosticException(
                "missing-blob", $"{client.Registry} does not have the manifest {digest} that {reference.Familiar} names.",
                "The image in the registry is damaged; push it anew.");
        await using var bytes = new MemoryStream(manifest.Bytes.ToArray());
        await store.Blobs.PutAsync(bytes, manifest.Descriptor, cancellationToken);
        return manifest.Descriptor;
    }

    private async Task<Descriptor?> ReadStoredAsync(ImageReference reference, Digest digest, CancellationToken cancellationToken)
    {
        if (!store.Blobs.Exists(digest))
        {
            return null;
        }

        byte[] bytes = await store.Blobs.ReadAsync(digest, cancellationToken);
        return ManifestCheck.Run("the store", reference.Repository, digest.ToString(), null, bytes).Descriptor;
    }

    private async Task FetchBlobAsync(
        RegistryClient client, ImageReference reference, Descriptor blob, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        if (store.Blobs.Exists(blob.Digest))
        {
            progress?.Report(new TransferProgress(blob.Digest.Short, blob.Size, blob.Size));
            return;
        }

        try
        {
            await store.Blobs.PutAsync(_ => Task.FromResult(client.OpenBlob(reference.Repository, blob, progress)), blob, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw RegistryProblem.Corrupt(client.EndpointOf(reference.Repository), e.Message.TrimEnd('.'), blob);
        }
    }

    private static async Task<DiagnosticException> NotFoundAsync(RegistryClient client, ImageReference reference, CancellationToken cancellationToken)
    {
        string repository = $"{reference.Registry}/{reference.Repository}";
        IReadOnlyList<string>? tags = await TagsAsync(client, reference, cancellationToken);
        if (tags is null or [])
        {
            return new DiagnosticException(
                "no-such-image", $"{reference.Registry} has no image {reference.Repository}.", "Check the name; an image that is only local must be pushed first.");
        }

        if (reference.Digest is { } digest)
        {
            return new DiagnosticException(
                "no-such-image", $"{repository} has no manifest {digest}.", "It may have been deleted; choose a tag, or another digest.");
        }

        string? near = Suggestion.Nearest(reference.Tag!, tags);
        string some = string.Join(", ", tags.Reverse().Take(10));
        return new DiagnosticException(
            "no-such-tag", $"{repository} has no tag '{reference.Tag}'.",
            near is not null ? $"Did you mean {reference.WithTag(near).Familiar}?" : $"It has {(tags.Count > 10 ? "among others " : "")}{some}.");
    }

    private static async Task<IReadOnlyList<string>?> TagsAsync(RegistryClient client, ImageReference reference, CancellationToken cancellationToken)
    {
        try
        {
            return await client.TryListTagsAsync(reference.Repository, cancellationToken);
        }
        catch (DiagnosticException)
        {
            return null; // Not every registry lists tags; the advice is then shorter.
        }
    }
}
