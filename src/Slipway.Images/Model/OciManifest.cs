using System.Text.Json.Serialization;

namespace Slipway.Images.Model;

/// <summary>One image: its config and its layers from the lowest to the highest (OCI image-spec, manifest.md; Docker schema 2).</summary>
public sealed record OciManifest
{
    [JsonPropertyName("schemaVersion"), JsonPropertyOrder(0)]
    public int SchemaVersion { get; init; } = 2;

    [JsonPropertyName("mediaType"), JsonPropertyOrder(1)]
    public string MediaType { get; init => field = value ?? MediaTypes.OciManifest; } = MediaTypes.OciManifest;

    [JsonPropertyName("artifactType"), JsonPropertyOrder(2)]
    public string? ArtifactType { get; init; }

    [JsonPropertyName("config"), JsonPropertyOrder(3)]
    public required Descriptor Config { get; init; }

    [JsonPropertyName("layers"), JsonPropertyOrder(4)]
    public IReadOnlyList<Descriptor> Layers { get; init => field = value ?? []; } = [];

    [JsonPropertyName("annotations"), JsonPropertyOrder(5)]
    public IReadOnlyDictionary<string, string> Annotations { get; init => field = value ?? NoText.Map; } = NoText.Map;
}
