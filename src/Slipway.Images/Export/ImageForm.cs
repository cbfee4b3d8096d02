using Slipway.Foundation.Hashing;
using Slipway.Images.Compression;
using Slipway.Images.Compression.Estargz;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;

namespace Slipway.Images.Export;

/// <summary>How an image is written down for others. The file system and the config stay the same whatever is chosen, except that eStargz adds a table of contents to
/// each layer, and so gives it another name in the config.</summary>
public sealed record ImageForm
{
    /// <summary>For layers that are not compressed yet; null leaves all as they are.</summary>
    public LayerCompression? Compression { get; init; }

    /// <summary>Compress the layers of base images anew as well.</summary>
    public bool Force { get; init; }

    /// <summary>Docker's media types in place of OCI's.</summary>
    public bool DockerTypes { get; init; }

    /// <summary>Added to the manifest.</summary>
    public IReadOnlyDictionary<string, string> Annotations { get; init; } = new Dictionary<string, string>();

    /// <summary>Added to the manifest's entry in an index.</summary>
    public IReadOnlyDictionary<string, string> DescriptorAnnotations { get; init; } = new Dictionary<string, string>();

    /// <summary>The image in this form; its documents are stored, nothing is listed. The image itself when nothing changes.</summary>
    public async Task<StoredImage> ApplyAsync(ImageStore store, StoredImage image, CancellationToken cancellationToken)
    {
        var formed = new FormedLayer[image.Manifest.Layers.Count];
        for (int i = 0; i < formed.Length; i++)
        {
            // One after the other: compressing uses all processors by itself.
            (Digest diffId, Descriptor layer) = (image.Config.DiffIds[i], image.Manifest.Layers[i]);
            formed[i] = CompressionOf(layer) is { } wanted ? await store.Layers.GetFormAsync(diffId, wanted, cancellationToken) : new FormedLayer(diffId, layer);
        }

        image = await ReconfigureAsync(store, image, formed, cancellationToken);
        Descriptor[] layers = [.. formed.Select(layer => layer.Blob)];
        if (Rewrite(image, layers) is not { } manifest)
        {
            return image;
        }

        Descriptor written = await store.Blobs.PutAsync(ImageJson.Write(manifest), manifest.MediaType, cancellationToken);
        Descriptor target = written with { Platform = image.Config.Platform, Annotations = DescriptorAnnotations };
        return image with { Target = target, ManifestDescriptor = target, Manifest = manifest };
    }

    /// <summary>Whether only layers that are not compressed yet are changed, and so a manifest without any stays as it is.</summary>
    internal bool IsPlain => !DockerTypes && Annotations.Count == 0 && DescriptorAnnotations.Count == 0;

    /// <summary>How a layer of a manifest must be written anew; null when it stays.</summary>
    internal LayerCompression? CompressionOf(Descriptor layer)
    {
        if (Compression is not { } wanted)
        {
            return null;
        }

        CompressionKind now = layer.Annotations.ContainsKey(StargzNames.TocDigest) ? CompressionKind.Estargz : LayerStore.CompressionOf(LayerTypes.Oci(layer.MediaType));
        bool isPlain = LayerTypes.IsUncompressed(layer.MediaType);
        return (isPlain ? wanted.Kind == CompressionKind.None : !Force || (now == wanted.Kind && wanted.Level is null)) ? null : wanted;
    }

    /// <summary>The image with a config that names these layers, stored; itself when it does so already.</summary>
    internal static async Task<StoredImage> ReconfigureAsync(
        ImageStore store, StoredImage image, IReadOnlyList<FormedLayer> layers, CancellationToken cancellationToken)
    {
        if (layers.Select(layer => layer.DiffId).SequenceEqual(image.Config.DiffIds))
        {
            return image;
        }

        ImageConfig config = image.Config with { RootFs = image.Config.RootFs with { DiffIds = [.. layers.Select(layer => layer.DiffId)] } };
        Descriptor written = await store.Blobs.PutAsync(ImageJson.Write(config), image.Manifest.Config.MediaType, cancellationToken);
        return image with { Config = config, Manifest = image.Manifest with { Config = written } };
    }

    /// <summary>The manifest in this form with these layers; null when that changes nothing.</summary>
    internal OciManifest? Rewrite(StoredImage image, IReadOnlyList<Descriptor> given)
    {
        Descriptor[] layers = [.. given.Select(layer => DockerTypes ? layer with { MediaType = LayerTypes.Docker(layer.MediaType) } : layer)];
        bool mixed = !DockerTypes && layers.Any(layer => LayerTypes.Oci(layer.MediaType) != layer.MediaType);
        bool unchanged = layers.SequenceEqual(image.Manifest.Layers) && Annotations.Count == 0 && DescriptorAnnotations.Count == 0
            && (DockerTypes ? image.Manifest.MediaType == MediaTypes.DockerManifest : !mixed || image.Manifest.MediaType == MediaTypes.DockerManifest);
        if (unchanged)
        {
            return null;
        }

        OciManifest manifest = PushedManifest.Rewrite(image.Manifest, layers);
        return manifest with
        {
            MediaType = DockerTypes ? MediaTypes.DockerManifest : manifest.MediaType,
            Config = manifest.Config with { MediaType = DockerTypes ? MediaTypes.DockerConfig : MediaTypes.OciConfig },
            Layers = DockerTypes ? layers : manifest.Layers,
            Annotations = Merge(manifest.Annotations, Annotations),
        };
    }

    private static SortedDictionary<string, string> Merge(IReadOnlyDictionary<string, string> first, IReadOnlyDictionary<string, string> second)
    {
        var merged = new SortedDictionary<string, string>(first.ToDictionary(), StringComparer.Ordinal);
        foreach ((string name, string value) in second)
        {
            merged[name] = value;
        }

        return merged;
    }
}
