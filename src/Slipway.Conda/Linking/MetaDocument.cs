using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Conda.Packages;

namespace Slipway.Conda.Linking;

/// <summary>A file of <c>conda-meta/</c> (CEP 32), keys in the order of the alphabet as conda writes them.</summary>
internal sealed record MetaDocument
{
    [JsonPropertyName("arch")]
    public string? Arch { get; init; }

    [JsonPropertyName("build")]
    public required string Build { get; init; }

    [JsonPropertyName("build_number")]
    public long BuildNumber { get; init; }

    [JsonPropertyName("channel")]
    public required string Channel { get; init; }

    [JsonPropertyName("constrains")]
    public required IReadOnlyList<string> Constrains { get; init; }

    [JsonPropertyName("depends")]
    public required IReadOnlyList<string> Depends { get; init; }

    /// <summary>Where the unpacked package is: empty, because a path of this machine would make other bytes on another.</summary>
    [JsonPropertyName("extracted_package_dir")]
    public string ExtractedPackageDir { get; init; } = "";

    [JsonPropertyName("files")]
    public required IReadOnlyList<string> Files { get; init; }

    [JsonPropertyName("fn")]
    public required string FileName { get; init; }

    [JsonPropertyName("license")]
    public string? License { get; init; }

    [JsonPropertyName("link")]
    public LinkKindDocument Link { get; init; } = new();

    [JsonPropertyName("md5")]
    public string? Md5 { get; init; }

    [JsonPropertyName("name")]
    public required string Name { get; init; }

    [JsonPropertyName("noarch")]
    public string? Noarch { get; init; }

    [JsonPropertyName("package_tarball_full_path")]
    public string PackageTarball { get; init; } = "";

    [JsonPropertyName("paths_data")]
    public required PathsDocument Paths { get; init; }

    [JsonPropertyName("python_site_packages_path")]
    public string? PythonSitePackagesPath { get; init; }

    [JsonPropertyName("requested_spec")]
    public string? RequestedSpec { get; init; }

    [JsonPropertyName("requested_specs")]
    public required IReadOnlyList<string> RequestedSpecs { get; init; }

    [JsonPropertyName("sha256")]
    public string? Sha256 { get; init; }

    [JsonPropertyName("size")]
    public long? Size { get; init; }

    [JsonPropertyName("subdir")]
    public required string Subdir { get; init; }

    [JsonPropertyName("timestamp")]
    public long? Timestamp { get; init; }

    [JsonPropertyName("track_features")]
    public string? TrackFeatures { get; init; }

    [JsonPropertyName("url")]
    public required string Url { get; init; }

    [JsonPropertyName("version")]
    public required string Version { get; init; }

    internal byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, MetaJson.Readable.MetaDocument);
}

/// <summary>How the files came into the environment: 3 is copied, which is true of layers and safe to say elsewhere.</summary>
internal sealed record LinkKindDocument
{
    [JsonPropertyName("source")]
    public string Source { get; init; } = "";

    [JsonPropertyName("type")]
    public int Type { get; init; } = 3;
}

/// <summary><c>conda-meta/frozen</c> (CEP 22).</summary>
internal sealed record FrozenDocument([property: JsonPropertyName("message")] string Message);

/// <summary><c>conda-meta/state</c> (CEP 32).</summary>
internal sealed record StateDocument
{
    [JsonPropertyName("env_vars")]
    public IReadOnlyDictionary<string, string>? Variables { get; init; }
}

[JsonSerializable(typeof(MetaDocument))]
[JsonSerializable(typeof(FrozenDocument))]
[JsonSerializable(typeof(StateDocument))]
internal sealed partial class MetaJson : JsonSerializerContext
{
    /// <summary>Writes specs such as <c>python >=3.9</c> as people read them; nothing of it goes into HTML.</summary>
    internal static MetaJson Readable { get; } = new(new JsonSerializerOptions
    {
        WriteIndented = true,
        NewLine = "\n",
        DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull,
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
    });
}
