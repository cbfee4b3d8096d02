using Slipway.Images.Export;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Images.Registry;

/// <summary>The manifest of an image whose layers may have changed their form: unchanged bytes if they have not, so that its digest stays.</summary>
internal static class PushedManifest
{
    /// <summary>The manifest's bytes and type.</summary>
    public static async Task<(byte[] Bytes, string MediaType)> OfAsync(
        ImageStore store, StoredImage image, ImageForm form, IReadOnlyList<Descriptor> layers, CancellationToken cancellationToken)
    {
        bool unchanged = layers.Select(layer => layer.Digest).SequenceEqual(image.Manifest.Layers.Select(layer => layer.Digest));
        return (unchanged && form.IsPlain ? null : form.Rewrite(image, layers)) is { } rewritten
            ? (ImageJson.Write(rewritten), rewritten.MediaType)
            : (await store.Blobs.ReadAsync(image.ManifestDescriptor.Digest, cancellationToken), image.ManifestDescriptor.MediaType);
    }

    /// <summary>An OCI manifest; Docker's types become the OCI ones that say the same, since the two must not be mixed.</summary>
    public static OciManifest Rewrite(OciManifest manifest, IReadOnlyList<Descriptor> layers) => manifest with
    {
        MediaType = MediaTypes.OciManifest,
        Config = manifest.Config with { MediaType = MediaTypes.OciConfig },
        Layers = [.. layers.Select(layer => layer with { MediaType = LayerTypes.Oci(layer.MediaType) })],
    };
}
