using Slipway.Foundation.Hashing;
using Slipway.Images.Export;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Images.Registry;

/// <summary>Pushes the images of an index, then the index. The registry never has an index that leads to nothing.</summary>
public sealed class IndexPusher(Registries registries, ImageStore store)
{
    /// <param name="index">The index as the store has it.</param>
    /// <param name="images">Its images that are here; at least one.</param>
    /// <param name="reference">Where to.</param>
    /// <param name="form">How the images are written down.</param>
    /// <param name="progress">Hears of the bytes.</param>
    /// <param name="cancellationToken">Gives up; the registry then has no new index.</param>
    /// <returns>The index as the registry has it now.</returns>
    /// <exception cref="Foundation.Text.DiagnosticException">The registry does not answer or refuses.</exception>
    public async Task<Descriptor> PushAsync(
        Descriptor index, IReadOnlyList<StoredImage> images, ImageReference reference, ImageForm form, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        var pusher = new ImagePusher(registries, store);
        List<Descriptor> pushed = [];
        foreach (StoredImage image in images)
        {
            Descriptor manifest = await pusher.PushUntaggedAsync(image, reference, form, progress, cancellationToken);
            pushed.Add(manifest with
            {
                Platform = image.Config.Platform,
                Annotations = form.DescriptorAnnotations.Count > 0 ? form.DescriptorAnnotations : image.ManifestDescriptor.Annotations,
            });
        }

        byte[] stored = await store.Blobs.ReadAsync(index.Digest, cancellationToken);
        OciIndex document = ImageJson.ReadIndex(stored);
        bool unchanged = document.Manifests.Select(manifest => manifest.Digest).SequenceEqual(pushed.Select(manifest => manifest.Digest));
        string mediaType = unchanged ? index.MediaType : form.DockerTypes ? MediaTypes.DockerManifestList : MediaTypes.OciIndex;
        byte[] bytes = unchanged ? stored : ImageJson.Write(document with { MediaType = mediaType, Manifests = pushed });
        await registries.For(reference).PutManifestAsync(reference.Repository, reference.Tag ?? Digest.Of(bytes).ToString(), mediaType, bytes, cancellationToken);
        return new Descriptor(mediaType, Digest.Of(bytes), bytes.Length);
    }
}
