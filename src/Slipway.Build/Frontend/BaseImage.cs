using System.Collections.Immutable;
using Slipway.Foundation.Hashing;
using Slipway.Images.Archives;
using Slipway.Images.Model;

namespace Slipway.Build.Frontend;

/// <summary>A resolved base image: its configuration is here, its layers may still be in the registry.</summary>
/// <param name="Reference">As the recipe names it; null for an image of a layout folder, which has no name.</param>
/// <param name="Manifest">Digest of the manifest for the platform.</param>
/// <param name="Config">The image configuration.</param>
/// <param name="Layers">Descriptors of the layers as the manifest has them, bottom first.</param>
public sealed record BaseImage(ImageReference? Reference, Digest Manifest, ImageConfig Config, ImmutableArray<Descriptor> Layers);

/// <summary>
/// Finds base images. The planner asks for the configuration only, once for each image and platform; no layer is fetched.
/// </summary>
public interface IBaseImages
{
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">There is no such image, or it cannot be reached.</exception>
    Task<BaseImage> ResolveAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken);

    /// <summary>As the other, for an image of a layout folder.</summary>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">The folder has no such image.</exception>
    Task<BaseImage> ResolveAsync(OciLayoutName layout, Platform platform, CancellationToken cancellationToken);
}
