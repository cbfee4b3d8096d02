using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.PyPi.Files;

namespace Slipway.PyPi.Wheels;

/// <summary>
/// Where a package came from that was asked for by address, path or repository (PEP 610, "direct URL data structure"): one of <see cref="ArchiveInfo"/>, <see cref="DirInfo"/> and
/// <see cref="VcsInfo"/>. Never for packages of an index.
/// </summary>
public sealed record DirectUrl
{
    /// <summary>The address, without secrets (<see cref="UrlCredentials"/>).</summary>
    [JsonPropertyName("url")]
    public required string Url { get; init; }

    [JsonPropertyName("archive_info")]
    public DirectArchive? ArchiveInfo { get; init; }

    [JsonPropertyName("dir_info")]
    public DirectFolder? DirInfo { get; init; }

    [JsonPropertyName("vcs_info")]
    public DirectRepository? VcsInfo { get; init; }

    /// <summary>The folder of the project in the archive or repository; null: its root.</summary>
    [JsonPropertyName("subdirectory")]
    public string? Subdirectory { get; init; }

    /// <summary>Whether it says exactly one kind of place.</summary>
    [JsonIgnore]
    public bool IsValid => Url is { Length: > 0 } && (ArchiveInfo is null ? 0 : 1) + (DirInfo is null ? 0 : 1) + (VcsInfo is null ? 0 : 1) == 1;

    /// <summary>A file of an address or path.</summary>
    public static DirectUrl Archive(string url, string sha256, string? subdirectory = null) => new()
    {
        Url = UrlCredentials.Strip(url),
        ArchiveInfo = new DirectArchive { Hashes = new Dictionary<string, string> { ["sha256"] = sha256 } },
        Subdirectory = subdirectory,
    };

    /// <summary>A folder.</summary>
    public static DirectUrl Folder(string path, string? subdirectory = null) =>
        new() { Url = new Uri(path.EndsWith('/') ? path[..^1] : path).AbsoluteUri, DirInfo = new DirectFolder(), Subdirectory = subdirectory };

    /// <summary>A commit of a repository.</summary>
    public static DirectUrl Repository(string url, string commit, string? revision, string? subdirectory = null) => new()
    {
        Url = UrlCredentials.Strip(url),
        VcsInfo = new DirectRepository { Vcs = "git", CommitId = commit, RequestedRevision = revision },
        Subdirectory = subdirectory,
    };

    /// <summary>Reads one.</summary>
    /// <exception cref="JsonException">It is none.</exception>
    public static DirectUrl Parse(string json) => JsonSerializer.Deserialize(json, DirectUrlJson.Default.DirectUrl) is { IsValid: true } url ? url : throw new JsonException("exactly one of archive_info, dir_info and vcs_info was expected");

    /// <summary>The bytes of <c>direct_url.json</c>.</summary>
    public byte[] ToJson() => JsonSerializer.SerializeToUtf8Bytes(this, DirectUrlJson.Default.DirectUrl);
}

/// <summary>A file.</summary>
public sealed record DirectArchive
{
    /// <summary>Its digests by kind, in hexadecimal digits.</summary>
    [JsonPropertyName("hashes")]
    public IReadOnlyDictionary<string, string>? Hashes { get; init; }
}

/// <summary>A folder.</summary>
public sealed record DirectFolder
{
    [JsonPropertyName("editable")]
    public bool? IsEditable { get; init; }
}

/// <summary>A commit.</summary>
public sealed record DirectRepository
{
    [JsonPropertyName("vcs")]
    public required string Vcs { get; init; }

    [JsonPropertyName("commit_id")]
    public required string CommitId { get; init; }

    /// <summary>What was asked for: a branch, a tag.</summary>
    [JsonPropertyName("requested_revision")]
    public string? RequestedRevision { get; init; }
}

[JsonSourceGenerationOptions(DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(DirectUrl))]
internal sealed partial class DirectUrlJson : JsonSerializerContext;
