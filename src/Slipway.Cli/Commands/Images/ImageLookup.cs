using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Images;

/// <summary>Finds the image that a person names.</summary>
internal static class ImageLookup
{
    /// <exception cref="DiagnosticException">There is none; the nearest name is proposed.</exception>
    public static async Task<StoredImage> FindAsync(ImageStore store, string nameOrId, CancellationToken cancellationToken)
    {
        if (await store.ResolveAsync(nameOrId, Platform.Host, cancellationToken) is { } image)
        {
            return image;
        }

        // An index that has nothing for this machine is shown by the first platform it has.
        IReadOnlyList<StoredImage> all = await store.ListAsync(Platform.Host, cancellationToken);
        if (ImageReference.TryParse(nameOrId, out ImageReference? reference)
            && all.FirstOrDefault(i => reference.Digest is { } digest ? i.Target.Digest == digest : i.Names.Contains(reference)) is { } foreign)
        {
            return foreign;
        }

        string? near = Suggestion.Nearest(nameOrId, all.SelectMany(i => i.Names).SelectMany(n => (string[])[n.Familiar, n.Familiar.Split(':')[0]]));
        throw new DiagnosticException(
            "no-such-image", $"no such image: {nameOrId}", near is null ? $"see {CliContext.CalledName} images" : $"did you mean {near}?");
    }
}
