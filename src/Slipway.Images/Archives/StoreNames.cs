using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Images.Archives;

/// <summary>Lists an image under its names, or without one.</summary>
internal static class StoreNames
{
    public static async Task ListAsync(ImageStore store, Descriptor target, IReadOnlyList<ImageReference> names, CancellationToken cancellationToken)
    {
        if (names.Count == 0)
        {
            await store.AddAsync(target, cancellationToken);
        }

        foreach (ImageReference reference in names)
        {
            await store.TagAsync(reference, target, cancellationToken);
        }
    }
}
