using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;

namespace Slipway.Images.Archives;

/// <summary>Takes the images of an OCI layout's <c>index.json</c> into the store's list.</summary>
/// <param name="store">The store.</param>
/// <param name="name">What to call the layout in messages.</param>
/// <param name="ensure">Brings a blob of the layout into the store; false when the layout does not have it.</param>
internal sealed class OciLayoutLoader(ImageStore store, string name, Func<Descriptor, CancellationToken, Task<bool>> ensure)
{
    private const int DeepestIndex = 3;

    public async Task<IReadOnlyList<LoadedImage>> LoadAsync(byte[] index, Platform platform, CancellationToken cancellationToken)
    {
        List<LoadedImage> images = [];
        var entries = ImageJson.ReadIndex(index).Manifests.Where(IsImage).GroupBy(entry => entry.Digest);
        foreach (IGrouping<Foundation.Hashing.Digest, Descriptor> entry in entries)
        {
            ImageReference[] names = [.. entry.Select(ArchiveNames.Of).OfType<ImageReference>().Distinct()];
            images.Add(await LoadAsync(entry.First(), names, platform, cancellationToken));
        }

        return images;
    }

    private static bool IsImage(Descriptor entry) =>
        entry.ArtifactType is null && entry.Platform is not { Os: "unknown" } && !entry.Annotations.ContainsKey("vnd.docker.reference.type");

    private async Task<LoadedImage> LoadAsync(Descriptor entry, ImageReference[] names, Platform platform, CancellationToken cancellationToken)
    {
        string what = names is [var first, ..] ? first.Familiar : $"{name}@{entry.Digest.Short}";
        Descriptor target = await ReadManifestAsync(entry, what, cancellationToken), chosen = target;
        HashSet<Foundation.Hashing.Digest> taken = [];
        for (int depth = 0; MediaTypes.IsIndex(chosen.MediaType); depth++)
        {
            OciIndex index = ImageJson.ReadIndex(await store.Blobs.ReadAsync(chosen.Digest, cancellationToken));
            foreach (Descriptor other in index.Manifests.Where(manifest => MediaTypes.IsManifest(manifest.MediaType) && IsImage(manifest)))
            {
                // An index may list more platforms than the archive holds.
                if (await ensure(other, cancellationToken))
                {
                    await TakeAsync(await ReadManifestAsync(other, what, cancellationToken), what, cancellationToken);
                    taken.Add(other.Digest);
                }
            }

            Descriptor? pick = PlatformChoice.Pick(index, platform) ?? index.Manifests.FirstOrDefault(manifest => taken.Contains(manifest.Digest));
            chosen = depth < DeepestIndex && pick is not null
                ? await ReadManifestAsync(pick, what, cancellationToken)
                : throw PlatformChoice.NoneFits(what, index, platform);
        }

        OciManifest manifest = await TakeAsync(chosen, what, cancellationToken);
        await StoreNames.ListAsync(store, target, names, cancellationToken);
        return new LoadedImage(manifest.Config.Digest, target, names);
    }

    private async Task<OciManifest> TakeAsync(Descriptor descriptor, string what, CancellationToken cancellationToken)
    {
        OciManifest manifest = ImageJson.ReadManifest(await store.Blobs.ReadAsync(descriptor.Digest, cancellationToken));
        ImageDocuments.CheckManifest(what, manifest);
        await NeedAsync(manifest.Config, what, cancellationToken);
        ImageConfig config = ImageJson.ReadConfig(await store.Blobs.ReadAsync(manifest.Config.Digest, cancellationToken));
        ImageDocuments.CheckConfig(what, manifest, config);
        for (int i = 0; i < manifest.Layers.Count; i++)
        {
            await NeedAsync(manifest.Layers[i], what, cancellationToken);
            await store.Layers.AddBlobAsync(config.DiffIds[i], manifest.Layers[i], origin: null, cancellationToken);
        }

        return manifest;
    }

    private async Task<Descriptor> ReadManifestAsync(Descriptor entry, string what, CancellationToken cancellationToken)
    {
        await NeedAsync(entry, what, cancellationToken);
        byte[] bytes = await store.Blobs.ReadAsync(entry.Digest, cancellationToken);
        return ManifestCheck.Run(name, what, entry.Digest.ToString(), entry.MediaType, bytes).Descriptor;
    }

    private async Task NeedAsync(Descriptor blob, string what, CancellationToken cancellationToken)
    {
        if (!await ensure(blob, cancellationToken))
        {
            throw new DiagnosticException(
                "incomplete-archive", $"{name} does not have the blob {blob.Digest} of {what}.", "Save the image again, with all of its layers.");
        }
    }
}
