using System.Globalization;
using Slipway.Foundation.Hashing;
using Slipway.Images.Model;

namespace Slipway.Images.SharedCache;

/// <summary>
/// An entry as an OCI artifact (image-spec 1.1, manifest.md, "Guidelines for Artifact Usage"): a manifest whose layers are the blobs, so that no registry collects
/// them, and whose annotations say the rest. A digest over all of it guards against storage that changed a byte and against annotations of another entry.
/// </summary>
internal static class CacheEntryDocument
{
    /// <summary>The name of the format; part of a registry's tags and of a folder's name, so that another version meets nothing of this one.</summary>
    internal const string Format = "slipway-cache-v1";

    private const string ArtifactType = "application/vnd.slipway.cache.v1";
    private const string Key = "dev.slipway.cache.key", Sum = "dev.slipway.cache.digest", DiffId = "dev.slipway.layer.diffid", TarSize = "dev.slipway.layer.size";

    /// <summary>The bytes of the artifact's config: it has none (image-spec, "empty descriptor").</summary>
    internal static readonly ReadOnlyMemory<byte> EmptyConfig = "{}"u8.ToArray();

    internal static readonly Descriptor Empty = new("application/vnd.oci.empty.v1+json", Digest.Of(EmptyConfig.Span), EmptyConfig.Length);

    internal static byte[] Write(CacheEntry entry) => ImageJson.Write(new OciManifest
    {
        ArtifactType = ArtifactType,
        Config = Empty,
        Layers = entry.Layers.Count == 0 ? [Empty] : [.. entry.Layers.Select(Describe)],
        Annotations = new Dictionary<string, string> { [Key] = entry.Key.ToString(), [Sum] = SumOf(entry).ToString() },
    });

    /// <exception cref="InvalidDataException">It is no entry, or a damaged one, or another key's.</exception>
    internal static CacheEntry Read(ReadOnlySpan<byte> json, Digest asked)
    {
        OciManifest manifest = ImageJson.ReadManifest(json);
        if (manifest.ArtifactType != ArtifactType)
        {
            throw new InvalidDataException($"it is no entry of a cache but '{manifest.ArtifactType ?? manifest.Config.MediaType}'");
        }

        if (manifest.Annotations.GetValueOrDefault(Key) != asked.ToString())
        {
            throw new InvalidDataException($"it is the entry of another key, {Shown(manifest.Annotations.GetValueOrDefault(Key))}");
        }

        var entry = new CacheEntry(asked, [.. manifest.Layers.Where(layer => layer.Digest != Empty.Digest).Select(Read)]);
        return SumOf(entry).ToString() == manifest.Annotations.GetValueOrDefault(Sum)
            ? entry
            : throw new InvalidDataException("its content is not what its digest says");
    }

    private static Descriptor Describe(CacheLayer layer) => layer.Blob with
    {
        Annotations = new Dictionary<string, string>
        {
            [DiffId] = layer.DiffId.ToString(),
            [TarSize] = layer.TarSize.ToString(CultureInfo.InvariantCulture),
        },
    };

    private static CacheLayer Read(Descriptor layer) =>
        Digest.TryParse(layer.Annotations.GetValueOrDefault(DiffId), out Digest diffId) && diffId.Algorithm == "sha256"
        && long.TryParse(layer.Annotations.GetValueOrDefault(TarSize), NumberStyles.None, CultureInfo.InvariantCulture, out long size)
        && !layer.Digest.IsEmpty && layer.Size >= 0
            ? new CacheLayer(diffId, size, new Descriptor(layer.MediaType, layer.Digest, layer.Size))
            : throw new InvalidDataException("one of its layers is not described");

    private static Digest SumOf(CacheEntry entry)
    {
        KeyBuilder sum = new KeyBuilder().Add("key", entry.Key.ToString());
        foreach (CacheLayer layer in entry.Layers)
        {
            sum.Add("layer", layer.DiffId.ToString()).Add("size", layer.TarSize.ToString(CultureInfo.InvariantCulture))
                .Add("type", layer.Blob.MediaType).Add("blob", layer.Blob.Digest.ToString()).Add("blob size", layer.Blob.Size.ToString(CultureInfo.InvariantCulture));
        }

        return sum.ToDigest();
    }

    // The text comes from outside: it is only shown when it is what it should be.
    private static string Shown(string? text) => Digest.TryParse(text, out Digest digest) ? digest.Short : "which it does not name";
}
