using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>The two families of layer types, OCI's and Docker's.</summary>
internal static class LayerTypes
{
    public static bool IsUncompressed(string mediaType) => mediaType is MediaTypes.OciLayerTar or MediaTypes.DockerLayerTar;

    public static string Oci(string mediaType) => mediaType switch
    {
        MediaTypes.DockerLayerTar => MediaTypes.OciLayerTar,
        MediaTypes.DockerLayerGzip => MediaTypes.OciLayerGzip,
        MediaTypes.DockerLayerZstd => MediaTypes.OciLayerZstd,
        _ => mediaType,
    };

    public static string Docker(string mediaType) => mediaType switch
    {
        MediaTypes.OciLayerTar => MediaTypes.DockerLayerTar,
        MediaTypes.OciLayerGzip => MediaTypes.DockerLayerGzip,
        MediaTypes.OciLayerZstd => MediaTypes.DockerLayerZstd,
        _ => mediaType,
    };
}
