using System.Collections.Immutable;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Build.Scheduling;

/// <summary>What a build made: one image, or one for each platform and an index of them.</summary>
/// <param name="Target">The manifest of the only image, or the index.</param>
/// <param name="Images">The images, in the order in which the platforms were given.</param>
public sealed record BuiltImage(Descriptor Target, ImmutableArray<StoredImage> Images)
{
    /// <summary>Whether it is an index.</summary>
    public bool IsIndex => MediaTypes.IsIndex(Target.MediaType);

    /// <summary>Stores the index if there are several images.</summary>
    public static async Task<BuiltImage> OfAsync(ImageStore store, IReadOnlyList<StoredImage> images, CancellationToken cancellationToken) =>
        await OfAsync(store, images, new Dictionary<string, string>(), cancellationToken);

    /// <summary>As the other, with annotations of the index.</summary>
    public static async Task<BuiltImage> OfAsync(
        ImageStore store, IReadOnlyList<StoredImage> images, IReadOnlyDictionary<string, string> annotations, CancellationToken cancellationToken)
    {
        if (images is [var only])
        {
            return new BuiltImage(only.Target, [only]);
        }

        var index = new OciIndex { Manifests = [.. images.Select(image => image.ManifestDescriptor with { Platform = image.Config.Platform })], Annotations = annotations };
        Descriptor target = await store.Blobs.PutAsync(ImageJson.Write(index), MediaTypes.OciIndex, cancellationToken);
        return new BuiltImage(target, [.. images.Select(image => image with { Target = target })]);
    }
}
