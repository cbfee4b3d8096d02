using Slipway.Foundation.Hashing;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;

namespace Slipway.Images.Archives;

/// <summary>An image as an archive holds it.</summary>
/// <param name="Names">Its names.</param>
/// <param name="Manifest">Its manifest.</param>
/// <param name="Bytes">The manifest's bytes.</param>
/// <param name="Descriptor">The manifest's descriptor.</param>
/// <param name="Blobs">Config and layers; the layers with their diffIDs.</param>
internal sealed record SavedImage(
    IReadOnlyList<ImageReference> Names,
    OciManifest Manifest,
    byte[] Bytes,
    Descriptor Descriptor,
    IReadOnlyList<(Descriptor Blob, Digest? DiffId)> Blobs)
{
    /// <summary>The manifest stays as it is, except that an OCI archive takes none in Docker's words.</summary>
    public static async Task<SavedImage> OfAsync(ImageStore store, ArchivedImage image, ArchiveFormat format, CancellationToken cancellationToken)
    {
        StoredImage stored = image.Image;
        OciManifest manifest = stored.Manifest;
        byte[] bytes = await store.Blobs.ReadAsync(stored.ManifestDescriptor.Digest, cancellationToken);
        if (format == ArchiveFormat.Oci && stored.ManifestDescriptor.MediaType != MediaTypes.OciManifest)
        {
            manifest = PushedManifest.Rewrite(manifest, manifest.Layers);
            bytes = ImageJson.Write(manifest);
        }

        var descriptor = new Descriptor(manifest.MediaType, Digest.Of(bytes), bytes.Length) { Platform = stored.Config.Platform };
        IEnumerable<(Descriptor, Digest?)> layers = manifest.Layers.Select((layer, i) => (layer, (Digest?)stored.Config.DiffIds[i]));
        return new SavedImage(image.Names, manifest, bytes, descriptor, [(manifest.Config, null), .. layers]);
    }
}
