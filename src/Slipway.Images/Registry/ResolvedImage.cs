using Slipway.Foundation.Hashing;
using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>An image of a registry whose manifest and config are known and stored, but whose layers perhaps are not.</summary>
/// <param name="Reference">How it was asked for.</param>
/// <param name="Target">What the reference names: a manifest, or an index for several platforms.</param>
/// <param name="ManifestDescriptor">The manifest for the wanted platform; the target itself unless that is an index.</param>
/// <param name="Manifest">That manifest.</param>
/// <param name="Config">Its config.</param>
public sealed record ResolvedImage(
    ImageReference Reference, Descriptor Target, Descriptor ManifestDescriptor, OciManifest Manifest, ImageConfig Config)
{
    public IReadOnlyList<Digest> DiffIds => Config.DiffIds;
}
