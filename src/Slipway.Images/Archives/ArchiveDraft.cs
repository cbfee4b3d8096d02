using Slipway.Foundation.Hashing;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Images.Archives;

/// <summary>Everything that an archive or layout folder will hold, decided before a byte is written.</summary>
/// <param name="Entries">What <c>index.json</c> lists, with names.</param>
/// <param name="Documents">Manifests and indexes with their bytes, each once.</param>
/// <param name="Blobs">Configs and layers, each once; layers with their diffIDs.</param>
/// <param name="Images">What a docker archive lists.</param>
internal sealed record ArchiveDraft(
    IReadOnlyList<(Descriptor Manifest, IReadOnlyList<ImageReference> Names)> Entries,
    IReadOnlyList<(Descriptor Descriptor, byte[] Bytes)> Documents,
    IReadOnlyList<(Descriptor Blob, Digest? DiffId)> Blobs,
    IReadOnlyList<SavedImage> Images)
{
    public static async Task<ArchiveDraft> OfAsync(
        ImageStore store, IReadOnlyList<ArchivedImage> images, ArchiveFormat format, CancellationToken cancellationToken)
    {
        List<(Descriptor, IReadOnlyList<ImageReference>)> entries = [];
        List<(Descriptor Descriptor, byte[] Bytes)> documents = [];
        List<SavedImage> listed = [], all = [];
        foreach (IGrouping<Digest, ArchivedImage> same in images.GroupBy(image => image.Platforms.Count > 1 ? image.Image.Target.Digest : image.Image.ManifestDescriptor.Digest))
        {
            ArchivedImage image = same.First() with { Names = [.. same.SelectMany(one => one.Names).Distinct()] };
            if (image.Platforms.Count <= 1)
            {
                SavedImage saved = await SavedImage.OfAsync(store, image, format, cancellationToken);
                listed.Add(saved);
                all.Add(saved);
                entries.Add((saved.Descriptor, saved.Names));
                continue;
            }

            List<SavedImage> platforms = [];
            foreach (StoredImage platform in image.Platforms)
            {
                platforms.Add(await SavedImage.OfAsync(store, new ArchivedImage(platform, []), format, cancellationToken));
            }

            (Descriptor index, byte[] bytes) = await IndexAsync(store, image, platforms, cancellationToken);
            documents.Add((index, bytes));
            entries.Add((index, image.Names));
            all.AddRange(platforms);
            if (platforms.FirstOrDefault(saved => saved.Descriptor.Platform?.Matches(Platform.Host) == true) is { } host)
            {
                listed.Add(host with { Names = image.Names }); // the old list of a docker archive knows no platforms
            }
        }

        documents.AddRange(all.Select(saved => (saved.Descriptor, saved.Bytes)));
        return new ArchiveDraft(
            entries,
            [.. documents.DistinctBy(document => document.Descriptor.Digest)],
            [.. all.SelectMany(saved => saved.Blobs).DistinctBy(blob => blob.Blob.Digest)],
            listed);
    }

    // The index as it is when the archive has just what it lists, else one of what the archive has.
    private static async Task<(Descriptor, byte[])> IndexAsync(ImageStore store, ArchivedImage image, List<SavedImage> platforms, CancellationToken cancellationToken)
    {
        Descriptor target = image.Image.Target;
        byte[] stored = await store.Blobs.ReadAsync(target.Digest, cancellationToken);
        OciIndex index = ImageJson.ReadIndex(stored);
        if (index.Manifests.Select(manifest => manifest.Digest).ToHashSet().SetEquals(platforms.Select(saved => saved.Descriptor.Digest)))
        {
            return (target with { Annotations = NoText.Map }, stored);
        }

        byte[] bytes = ImageJson.Write(index with { MediaType = MediaTypes.OciIndex, Manifests = [.. platforms.Select(saved => saved.Descriptor)] });
        return (new Descriptor(MediaTypes.OciIndex, Digest.Of(bytes), bytes.Length), bytes);
    }
}
