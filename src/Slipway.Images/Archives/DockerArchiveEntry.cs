using System.Text.Json.Serialization;

namespace Slipway.Images.Archives;

/// <summary>One image in a docker archive's <c>manifest.json</c>: names of other members.</summary>
internal sealed record DockerArchiveEntry
{
    [JsonPropertyName("Config"), JsonPropertyOrder(0)]
    public string? Config { get; init; }

    [JsonPropertyName("RepoTags"), JsonPropertyOrder(1)]
    public IReadOnlyList<string?>? RepoTags { get; init; }

    [JsonPropertyName("Layers"), JsonPropertyOrder(2)]
    public IReadOnlyList<string?>? Layers { get; init; }
}

[JsonSerializable(typeof(DockerArchiveEntry[]))]
internal sealed partial class DockerArchiveJson : JsonSerializerContext;
