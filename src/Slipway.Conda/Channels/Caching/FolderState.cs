using System.Text.Json.Serialization;
using Slipway.Foundation.Http;

namespace Slipway.Conda.Channels.Caching;

/// <summary>What is known of a cached folder of a channel: which file holds its JSON, and what its server or file system said of it.</summary>
internal sealed record FolderState : HttpValidity
{
    /// <summary>Where it came from, without credentials.</summary>
    public required string Source { get; init; }

    /// <summary>The name of the JSON file beside this one; the index has the same name and the ending <c>.idx</c>.</summary>
    public required string File { get; init; }

    /// <summary>Bytes of the JSON.</summary>
    public required long Length { get; init; }

    /// <summary>The name of the file it was made of: <c>repodata.json.zst</c>.</summary>
    public string Form { get; init; } = "";

    /// <summary>Of a file: its size and time of change, by which a change is noticed.</summary>
    public string? Stamp { get; init; }
}

[JsonSourceGenerationOptions(PropertyNamingPolicy = JsonKnownNamingPolicy.CamelCase, WriteIndented = true)]
[JsonSerializable(typeof(FolderState))]
internal sealed partial class CacheJson : JsonSerializerContext;
