using System.Text.Json.Serialization;
using Slipway.Foundation.Hashing;

namespace Slipway.Images.Model;

/// <summary>Names a blob: what it is, its digest and its size in bytes (OCI image-spec, descriptor.md).</summary>
public sealed record Descriptor
{
    public Descriptor()
    {
    }

    public Descriptor(string mediaType, Digest digest, long size) => (MediaType, Digest, Size) = (mediaType, digest, size);

    [JsonPropertyName("mediaType"), JsonPropertyOrder(0)]
    public string MediaType { get; init => field = value ?? ""; } = "";

    [JsonPropertyName("digest"), JsonPropertyOrder(1)]
    public Digest Digest { get; init; }

    [JsonPropertyName("size"), JsonPropertyOrder(2)]
    public long Size { get; init; }

    [JsonPropertyName("urls"), JsonPropertyOrder(3)]
    public IReadOnlyList<string> Urls { get; init => field = value ?? []; } = [];

    [JsonPropertyName("annotations"), JsonPropertyOrder(4)]
    public IReadOnlyDictionary<string, string> Annotations { get; init => field = value ?? NoText.Map; } = NoText.Map;

    [JsonPropertyName("platform"), JsonPropertyOrder(5)]
    public Platform? Platform { get; init; }

    [JsonPropertyName("artifactType"), JsonPropertyOrder(6)]
    public string? ArtifactType { get; init; }
}
