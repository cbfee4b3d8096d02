using Slipway.Foundation.Hashing;
using Slipway.Images.Model;

namespace Slipway.Images.Store;

/// <summary>An image of the store.</summary>
/// <param name="Names">The references that name it; none for an image whose name went to another.</param>
/// <param name="Target">What the index lists: a manifest, or an index for several platforms.</param>
/// <param name="ManifestDescriptor">The manifest of the wanted platform; the target itself unless that is an index.</param>
/// <param name="Manifest">That manifest.</param>
/// <param name="Config">Its config.</param>
/// <param name="TaggedAt">When the name was last set, or null.</param>
public sealed record StoredImage(
    IReadOnlyList<ImageReference> Names,
    Descriptor Target,
    Descriptor ManifestDescriptor,
    OciManifest Manifest,
    ImageConfig Config,
    DateTimeOffset? TaggedAt)
{
    /// <summary>The image's id: the digest of its config.</summary>
    public Digest Id => Manifest.Config.Digest;

    /// <summary>The bytes of config and layers as the manifest names them.</summary>
    public long Size => Manifest.Config.Size + Manifest.Layers.Sum(layer => layer.Size);
}
