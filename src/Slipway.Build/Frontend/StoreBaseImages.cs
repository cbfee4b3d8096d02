using System.Collections.Concurrent;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;

namespace Slipway.Build.Frontend;

/// <summary>Base images from the store, else from their registry; of the latter only manifest and config are fetched now.</summary>
/// <param name="store">The store.</param>
/// <param name="puller">Asks registries.</param>
/// <param name="pull">Ask the registry even when the store has the image.</param>
public sealed class StoreBaseImages(ImageStore store, ImagePuller puller, bool pull) : IBaseImages
{
    private readonly ConcurrentDictionary<(string, Platform), Lazy<Task<BaseImage>>> _images = new();

    public Task<BaseImage> ResolveAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken) =>
        _images.GetOrAdd((reference.ToString(), platform), _ => new Lazy<Task<BaseImage>>(() => FindAsync(reference, platform, cancellationToken))).Value;

    private async Task<BaseImage> FindAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        if (!pull && await store.FindAsync(reference, platform, cancellationToken) is { } local)
        {
            return new BaseImage(reference, local.ManifestDescriptor.Digest, local.Config, [.. local.Manifest.Layers]);
        }

        ResolvedImage resolved = await puller.ResolveAsync(reference, platform, cancellationToken);
        return new BaseImage(reference, resolved.ManifestDescriptor.Digest, resolved.Config, [.. resolved.Manifest.Layers]);
    }
}
