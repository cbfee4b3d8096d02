using System.Collections.Concurrent;
using Slipway.Foundation.Hashing;
using Slipway.Images.Archives;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;

namespace Slipway.Build.Frontend;

/// <summary>
/// Base images for printing a plan: those of the store, and what a registry said before; any other is taken as an image that sets nothing, and noted. No network, no root.
/// </summary>
public sealed class OfflineBaseImages(ImageStore store, ResolvedTags tags) : IBaseImages
{
    private readonly ConcurrentQueue<string> _notes = new();

    /// <summary>What was not known.</summary>
    public IReadOnlyCollection<string> Notes => _notes;

    public async Task<BaseImage> ResolveAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        if (await store.FindAsync(reference, platform, cancellationToken) is { } local)
        {
            return new BaseImage(reference, local.ManifestDescriptor.Digest, local.Config, [.. local.Manifest.Layers]);
        }

        if (await tags.FindAsync(reference, platform, cancellationToken) is { } known)
        {
            return new BaseImage(reference, known.ManifestDescriptor.Digest, known.Config, [.. known.Manifest.Layers]);
        }

        _notes.Enqueue($"{reference.Familiar} is not in the store: its environment is taken as empty");
        var config = new ImageConfig { Os = platform.Os, Architecture = platform.Architecture, Variant = platform.Variant };
        return new BaseImage(reference, Digest.Of(reference.ToString()), config, []);
    }

    public async Task<BaseImage> ResolveAsync(OciLayoutName layout, Platform platform, CancellationToken cancellationToken)
    {
        (Descriptor manifest, OciManifest document, ImageConfig config) = await new OciLayoutImages(store).ResolveAsync(layout, platform, cancellationToken);
        return new BaseImage(null, manifest.Digest, config, [.. document.Layers]);
    }
}
