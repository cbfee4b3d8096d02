using System.Text.Json;
using System.Text.Json.Serialization;

namespace Slipway.Conda.Packages;

/// <summary><c>info/index.json</c> as it is written; fields whose type varies in the field are kept as they are.</summary>
internal sealed record IndexDocument
{
    [JsonPropertyName("name")]
    public string? Name { get; init; }

    [JsonPropertyName("version")]
    public string? Version { get; init; }

    [JsonPropertyName("build")]
    public string? Build { get; init; }

    [JsonPropertyName("build_number")]
    public long BuildNumber { get; init; }

    [JsonPropertyName("subdir")]
    public string? Subdir { get; init; }

    /// <summary><c>python</c>, <c>generic</c>, or true in old packages.</summary>
    [JsonPropertyName("noarch")]
    public JsonElement Noarch { get; init; }

    [JsonPropertyName("python_site_packages_path")]
    public string? PythonSitePackagesPath { get; init; }
}

/// <summary><c>info/paths.json</c>.</summary>
internal sealed record PathsDocument
{
    [JsonPropertyName("paths_version")]
    public int PathsVersion { get; init; } = 1;

    [JsonPropertyName("paths")]
    public IReadOnlyList<PathDocument>? Paths { get; init; }
}

/// <summary>An entry of <c>paths.json</c>; <see cref="Sha256InPrefix"/> is for <c>conda-meta</c> only (CEP 32).</summary>
internal sealed record PathDocument
{
    [JsonPropertyName("_path")]
    public string? Path { get; init; }

    [JsonPropertyName("path_type")]
    public string? PathType { get; init; }

    [JsonPropertyName("file_mode")]
    public string? FileMode { get; init; }

    [JsonPropertyName("prefix_placeholder")]
    public string? Placeholder { get; init; }

    [JsonPropertyName("no_link")]
    public bool? NoLink { get; init; }

    [JsonPropertyName("sha256")]
    public string? Sha256 { get; init; }

    [JsonPropertyName("sha256_in_prefix")]
    public string? Sha256InPrefix { get; init; }

    [JsonPropertyName("size_in_bytes")]
    public long? Size { get; init; }
}

/// <summary><c>info/link.json</c>.</summary>
internal sealed record LinkDocument
{
    [JsonPropertyName("noarch")]
    public NoarchDocument? Noarch { get; init; }
}

/// <summary>The part of <c>info/link.json</c> that says how a package without a platform is linked.</summary>
internal sealed record NoarchDocument
{
    [JsonPropertyName("type")]
    public string? Type { get; init; }

    [JsonPropertyName("entry_points")]
    public IReadOnlyList<string>? EntryPoints { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(IndexDocument))]
[JsonSerializable(typeof(PathsDocument))]
[JsonSerializable(typeof(LinkDocument))]
internal sealed partial class InfoJson : JsonSerializerContext;
