using System.Text.Json.Serialization;
using Slipway.Foundation.Hashing;

namespace Slipway.Images.Model;

/// <summary>
/// What an image is: platform, layers, history, and how to run it (OCI image-spec, config.md). Its digest is the image's id.
/// Fields this program does not know are dropped when it is written again.
/// </summary>
public sealed record ImageConfig
{
    [JsonPropertyName("created"), JsonPropertyOrder(0), JsonConverter(typeof(TimeConverter))]
    public DateTimeOffset? Created { get; init; }

    [JsonPropertyName("author"), JsonPropertyOrder(1)]
    public string? Author { get; init; }

    [JsonPropertyName("architecture"), JsonPropertyOrder(2)]
    public string Architecture { get; init => field = value ?? ""; } = "";

    [JsonPropertyName("variant"), JsonPropertyOrder(3)]
    public string? Variant { get; init; }

    [JsonPropertyName("os"), JsonPropertyOrder(4)]
    public string Os { get; init => field = value ?? ""; } = "";

    [JsonPropertyName("os.version"), JsonPropertyOrder(5)]
    public string? OsVersion { get; init; }

    [JsonPropertyName("config"), JsonPropertyOrder(6)]
    public ContainerConfig Config { get; init => field = value ?? new(); } = new();

    [JsonPropertyName("rootfs"), JsonPropertyOrder(7)]
    public RootFileSystem RootFs { get; init => field = value ?? new(); } = new();

    [JsonPropertyName("history"), JsonPropertyOrder(8)]
    public IReadOnlyList<HistoryEntry> History { get; init => field = value ?? []; } = [];

    /// <summary>The platform in one value.</summary>
    [JsonIgnore]
    public Platform Platform => new() { Os = Os, Architecture = Architecture, Variant = Variant, OsVersion = OsVersion };

    /// <summary>The diffIDs, lowest layer first.</summary>
    [JsonIgnore]
    public IReadOnlyList<Digest> DiffIds => RootFs.DiffIds;
}

/// <summary>The layers of an image by the digests of their uncompressed tars, lowest first.</summary>
public sealed record RootFileSystem
{
    [JsonPropertyName("type"), JsonPropertyOrder(0)]
    public string Type { get; init => field = value ?? "layers"; } = "layers";

    [JsonPropertyName("diff_ids"), JsonPropertyOrder(1)]
    public IReadOnlyList<Digest> DiffIds { get; init => field = value ?? []; } = [];
}

/// <summary>One step that led to the image.</summary>
public sealed record HistoryEntry
{
    [JsonPropertyName("created"), JsonPropertyOrder(0), JsonConverter(typeof(TimeConverter))]
    public DateTimeOffset? Created { get; init; }

    [JsonPropertyName("created_by"), JsonPropertyOrder(1)]
    public string? CreatedBy { get; init; }

    [JsonPropertyName("author"), JsonPropertyOrder(2)]
    public string? Author { get; init; }

    [JsonPropertyName("comment"), JsonPropertyOrder(3)]
    public string? Comment { get; init; }

    /// <summary>Whether the step made no layer.</summary>
    [JsonPropertyName("empty_layer"), JsonPropertyOrder(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public bool EmptyLayer { get; init; }
}
