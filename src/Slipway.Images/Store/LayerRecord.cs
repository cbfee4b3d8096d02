using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Images.Compression;
using Slipway.Images.Compression.Estargz;
using Slipway.Images.Model;

namespace Slipway.Images.Store;

/// <summary>The <c>blobs.json</c> of a layer: the compressed blobs known to hold it.</summary>
internal sealed record LayerBlobs
{
    [JsonPropertyName("blobs")]
    public IReadOnlyList<LayerBlob> Blobs { get; init => field = value ?? []; } = [];

    /// <summary>The bytes of the uncompressed tar, as a shared cache says; null when it is known only from the layer itself.</summary>
    [JsonPropertyName("tarSize"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public long? TarSize { get; init; }

    /// <summary>By recipe the layers that this one became as eStargz, with a table of contents in their tar; null for none.</summary>
    [JsonPropertyName("stargz"), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Stargz { get; init; }
}

/// <summary>A blob that, decompressed, is the layer.</summary>
/// <param name="MediaType">Its media type.</param>
/// <param name="Digest">Its digest.</param>
/// <param name="Size">Its size in bytes.</param>
/// <param name="Origin">Where it can be fetched when it is not here, as <see cref="BlobFetcher"/> understands it; or null.</param>
internal sealed record LayerBlob(string MediaType, string Digest, long Size, string? Origin)
{
    /// <summary>The choice of compression that this program made it by; null for a blob made elsewhere.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Recipe { get; init; }

    /// <summary>What manifests say of it beside its digest and size; null for nothing.</summary>
    [JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public IReadOnlyDictionary<string, string>? Annotations { get; init; }

    [JsonIgnore]
    public Descriptor Descriptor => new Descriptor(MediaType, Foundation.Hashing.Digest.Parse(Digest), Size) is var plain && Annotations is { } notes
        ? plain with { Annotations = notes }
        : plain;

    /// <summary>Whether the blob is what this choice of compression asks for. Without a chosen level, one made elsewhere is as good.</summary>
    internal bool Fits(LayerCompression compression) =>
        Recipe is not null ? Recipe == compression.Recipe
        : compression.Level is null && compression.Kind == (Annotations?.ContainsKey(StargzNames.TocDigest) == true ? CompressionKind.Estargz : LayerStore.CompressionOf(MediaType));
}

[JsonSerializable(typeof(LayerBlobs))]
internal sealed partial class LayerJsonContext : JsonSerializerContext
{
    /// <summary>Reads the file; a missing or damaged one knows no blobs.</summary>
    internal static LayerBlobs Read(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), Default.LayerBlobs) ?? new LayerBlobs();
        }
        catch (Exception e) when (e is JsonException or FileNotFoundException or DirectoryNotFoundException)
        {
            return new LayerBlobs();
        }
    }

    internal static bool IsReadable(string path)
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(path), Default.LayerBlobs) is not null;
        }
        catch (JsonException)
        {
            return false;
        }
    }
}
