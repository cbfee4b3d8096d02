using System.Collections.Concurrent;
using Slipway.Foundation.Text;
using Slipway.Images.Archives;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;

namespace Slipway.Build.Frontend;

/// <summary>
/// Base images from the store, else as their registry said the last time, else from the registry; of the latter only manifest and config are fetched now.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="puller">Asks registries.</param>
/// <param name="tags">What they said before.</param>
/// <param name="options">When to ask.</param>
public sealed class StoreBaseImages(ImageStore store, ImagePuller puller, ResolvedTags tags, BaseImageOptions options) : IBaseImages
{
    private readonly ConcurrentDictionary<(string, Platform), Lazy<Task<BaseImage>>> _images = new();

    public Task<BaseImage> ResolveAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken) =>
        _images.GetOrAdd((reference.ToString(), platform), _ => new Lazy<Task<BaseImage>>(() => FindAsync(reference, platform, cancellationToken))).Value;

    public async Task<BaseImage> ResolveAsync(OciLayoutName layout, Platform platform, CancellationToken cancellationToken)
    {
        (Descriptor manifest, OciManifest document, ImageConfig config) = await new OciLayoutImages(store).ResolveAsync(layout, platform, cancellationToken);
        return new BaseImage(null, manifest.Digest, config, [.. document.Layers]);
    }

    private async Task<BaseImage> FindAsync(ImageReference reference, Platform platform, CancellationToken cancellationToken)
    {
        StoredImage? stored = await store.FindAsync(reference, platform, cancellationToken);
        StoredImage? local = stored is not null && stored.Config.Platform.Matches(platform) ? stored : null;
        BaseImage? here = local is not null ? new BaseImage(reference, local.ManifestDescriptor.Digest, local.Config, [.. local.Manifest.Layers])
            : await tags.FindAsync(reference, platform, cancellationToken) is { } known ? Of(known)
            : null;
        if (here is not null && (options.Offline || options.Pull is PullPolicy.Missing or PullPolicy.Never))
        {
            return here;
        }

        if (options.Offline || options.Pull == PullPolicy.Never)
        {
            throw NotHere(reference, platform, stored);
        }

        try
        {
            ResolvedImage resolved = await puller.ResolveAsync(reference, platform, cancellationToken);
            await tags.PutAsync(resolved, platform, cancellationToken);
            if (here is not null && here.Manifest != resolved.ManifestDescriptor.Digest)
            {
                options.Note($"{reference.Familiar} is now {resolved.ManifestDescriptor.Digest}, was {here.Manifest}");
            }

            return Of(resolved);
        }
        catch (DiagnosticException e) when (here is not null && options.Pull == PullPolicy.Newer)
        {
            options.Note($"{reference.Familiar} is taken as it is here: {e.Diagnostics[0].Message}");
            return here;
        }
        catch (DiagnosticException e) when (stored is not null && local is null)
        {
            var mismatch = new Diagnostic(Severity.Error, "no-such-platform", $"{reference.Familiar} in the store is for {stored.Config.Platform}, not for {platform}");
            throw new DiagnosticException([mismatch, .. e.Diagnostics]);
        }
    }

    private DiagnosticException NotHere(ImageReference reference, Platform platform, StoredImage? other)
    {
        string here = other is null ? "is not here" : $"is here for {other.Config.Platform} only, not for {platform}";
        string why = options.Offline ? "--offline forbids to ask for it" : "--pull=never forbids to ask for it";
        string platformFlag = platform == Platform.Host ? "" : $"--platform {platform} ";
        return new DiagnosticException(
            options.Offline ? BaseImageOptions.OfflineCode : "no-such-image", $"the image {reference.Familiar} {here}, and {why}", $"get it first: slipway pull {platformFlag}{reference.Familiar}");
    }

    private static BaseImage Of(ResolvedImage image) => new(image.Reference, image.ManifestDescriptor.Digest, image.Config, [.. image.Manifest.Layers]);
}
