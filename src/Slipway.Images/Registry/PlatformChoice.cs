using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>Picks the manifest of a platform out of an index.</summary>
public static class PlatformChoice
{
    /// <summary>
    /// The first manifest for exactly this platform, else the best that runs on it: of several variants the highest, else one that names none.
    /// Attestations and other things that are no images are passed over. Null when none fits.
    /// </summary>
    public static Descriptor? Pick(OciIndex index, Platform wanted) => index.Manifests
        .Where(manifest => IsImage(manifest) && (manifest.Platform is null || manifest.Platform.Matches(wanted)))
        .OrderByDescending(manifest => manifest.Platform is not null)
        .ThenByDescending(manifest => manifest.Platform?.Variant == wanted.Variant)
        .ThenByDescending(manifest => manifest.Platform?.Variant, StringComparer.Ordinal)
        .FirstOrDefault();

    /// <summary>That there is no image for a platform, and for which there are.</summary>
    public static DiagnosticException NoneFits(string name, OciIndex index, Platform wanted)
    {
        string[] platforms = [.. index.Manifests.Where(IsImage).Select(m => m.Platform?.ToString() ?? "").Where(p => p.Length > 0).Distinct()];
        return new DiagnosticException(
            "no-such-platform",
            $"{name} has no image for {wanted}; it has {(platforms.Length == 0 ? "none that says its platform" : string.Join(", ", platforms))}.",
            platforms.Length == 0 ? null : $"Choose one of them with --platform, such as --platform {platforms[0]}.");
    }

    /// <summary>Whether an entry of an index is an image, and not an attestation or something else.</summary>
    internal static bool IsImage(Descriptor manifest) =>
        (MediaTypes.IsManifest(manifest.MediaType) || MediaTypes.IsIndex(manifest.MediaType))
        && manifest.ArtifactType is null && manifest.Platform is not { Os: "unknown" };
}
