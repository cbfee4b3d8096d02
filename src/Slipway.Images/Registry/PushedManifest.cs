using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Images.Registry;

/// <summary>The manifest of an image whose layers may have changed their form: unchanged bytes if they have not, so that its digest stays.</summary>
internal static class PushedManifest
{
    public static async Task<byte[]> BytesAsync(ImageStore store, StoredImage image, IReadOnlyList<Descriptor> layers, CancellationToken cancellationToken) =>
        IsUnchanged(image, layers)
            ? await store.Blobs.ReadAsync(image.ManifestDescriptor.Digest, cancellationToken)
            : ImageJson.Write(Rewrite(image.Manifest, layers));

    public static string MediaType(StoredImage image, IReadOnlyList<Descriptor> layers) =>
        IsUnchanged(image, layers) ? image.ManifestDescriptor.MediaType : MediaTypes.OciManifest;

    /// <summary>An OCI manifest; Docker's types become the OCI ones that say the same, since the two must not be mixed.</summary>
    public static OciManifest Rewrite(OciManifest manifest, IReadOnlyList<Descriptor> layers) => manifest with
    {
        MediaType = MediaTypes.OciManifest,
        Config = manifest.Config with { MediaType = MediaTypes.OciConfig },
        Layers = [.. layers.Select(layer => layer with { MediaType = LayerTypes.Oci(layer.MediaType) })],
    };

    private static bool IsUnchanged(StoredImage image, IReadOnlyList<Descriptor> layers) =>
        layers.Select(layer => layer.Digest).SequenceEqual(image.Manifest.Layers.Select(layer => layer.Digest));
}
