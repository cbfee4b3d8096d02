using System.Text.Json.Serialization;

namespace Slipway.Images.Model;

/// <summary>A list of manifests, by platform or by name (OCI image-spec, image-index.md; Docker's manifest list).</summary>
public sealed record OciIndex
{
    [JsonPropertyName("schemaVersion"), JsonPropertyOrder(0)]
    public int SchemaVersion { get; init; } = 2;

    [JsonPropertyName("mediaType"), JsonPropertyOrder(1)]
    public string MediaType { get; init => field = value ?? MediaTypes.OciIndex; } = MediaTypes.OciIndex;

    [JsonPropertyName("manifests"), JsonPropertyOrder(2)]
    public IReadOnlyList<Descriptor> Manifests { get; init => field = value ?? []; } = [];

    [JsonPropertyName("annotations"), JsonPropertyOrder(3)]
    public IReadOnlyDictionary<string, string> Annotations { get; init => field = value ?? NoText.Map; } = NoText.Map;
}
