using Slipway.Foundation.Text;
using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>Checks that a manifest and a config that somebody else wrote belong together.</summary>
internal static class ImageDocuments
{
    private const long LargestConfig = 8 * 1024 * 1024;

    /// <exception cref="DiagnosticException">It is no container image.</exception>
    /// <exception cref="InvalidDataException">It cannot be right.</exception>
    public static void CheckManifest(string name, OciManifest manifest)
    {
        if (manifest.ArtifactType is not null || !MediaTypes.IsConfig(manifest.Config.MediaType))
        {
            throw new DiagnosticException(
                "not-an-image", $"{name} is not a container image but '{manifest.ArtifactType ?? manifest.Config.MediaType}'.");
        }

        if (manifest.Config.Size is < 0 or > LargestConfig || manifest.Config.Digest.IsEmpty
            || manifest.Layers.Any(layer => layer.Size < 0 || layer.Digest.IsEmpty))
        {
            throw new InvalidDataException($"The manifest of {name} has a descriptor without digest or with an impossible size.");
        }
    }

    /// <exception cref="InvalidDataException">They have different numbers of layers.</exception>
    public static void CheckConfig(string name, OciManifest manifest, ImageConfig config)
    {
        if (manifest.Layers.Count != config.DiffIds.Count)
        {
            throw new InvalidDataException($"The manifest of {name} has {manifest.Layers.Count} layers, its config {config.DiffIds.Count}.");
        }
    }
}
