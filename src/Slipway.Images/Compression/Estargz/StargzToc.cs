using System.Text.Json.Serialization;
using Slipway.Foundation.Hashing;

namespace Slipway.Images.Compression.Estargz;

/// <summary>The table of contents of an eStargz blob (docs/estargz.md, "TOC and TOCEntries").</summary>
internal sealed record StargzToc
{
    [JsonPropertyName("version"), JsonPropertyOrder(0)]
    public int Version { get; init; } = 1;

    [JsonPropertyName("entries"), JsonPropertyOrder(1)]
    public IReadOnlyList<StargzEntry> Entries { get; init; } = [];
}

/// <summary>A member of the tar, or a further chunk of the file before it.</summary>
internal sealed record StargzEntry
{
    [JsonPropertyName("name"), JsonPropertyOrder(0)]
    public required string Name { get; init; }

    /// <summary>dir, reg, symlink, hardlink, char, block, fifo or chunk.</summary>
    [JsonPropertyName("type"), JsonPropertyOrder(1)]
    public required string Type { get; init; }

    [JsonPropertyName("size"), JsonPropertyOrder(2), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Size { get; init; }

    [JsonPropertyName("modtime"), JsonPropertyOrder(3), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ModifiedTime { get; init; }

    [JsonPropertyName("linkName"), JsonPropertyOrder(4), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? LinkName { get; init; }

    [JsonPropertyName("mode"), JsonPropertyOrder(5), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public int Mode { get; init; }

    [JsonPropertyName("uid"), JsonPropertyOrder(6), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint Uid { get; init; }

    [JsonPropertyName("gid"), JsonPropertyOrder(7), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint Gid { get; init; }

    /// <summary>Where the gzip member that holds the bytes begins in the blob.</summary>
    [JsonPropertyName("offset"), JsonPropertyOrder(8), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long Offset { get; init; }

    [JsonPropertyName("devMajor"), JsonPropertyOrder(9), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint DeviceMajor { get; init; }

    [JsonPropertyName("devMinor"), JsonPropertyOrder(10), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public uint DeviceMinor { get; init; }

    [JsonPropertyName("xattrs"), JsonPropertyOrder(11), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public SortedDictionary<string, byte[]>? Xattrs { get; init; }

    /// <summary>The digest of the whole file.</summary>
    [JsonPropertyName("digest"), JsonPropertyOrder(12), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? Digest { get; init; }

    /// <summary>Where the chunk lies in the file.</summary>
    [JsonPropertyName("chunkOffset"), JsonPropertyOrder(13), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long ChunkOffset { get; init; }

    /// <summary>The bytes of the chunk; 0 for all that are left of the file.</summary>
    [JsonPropertyName("chunkSize"), JsonPropertyOrder(14), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingDefault)]
    public long ChunkSize { get; init; }

    [JsonPropertyName("chunkDigest"), JsonPropertyOrder(15), JsonIgnore(Condition = JsonIgnoreCondition.WhenWritingNull)]
    public string? ChunkDigest { get; init; }
}

/// <summary>What became of a layer as eStargz.</summary>
/// <param name="DiffId">The digest of the uncompressed tar, which is another one than before because it holds the table of contents.</param>
/// <param name="TocDigest">The digest of the table of contents.</param>
/// <param name="TarSize">The bytes of the uncompressed tar.</param>
internal sealed record StargzResult(Digest DiffId, Digest TocDigest, long TarSize);

[JsonSerializable(typeof(StargzToc))]
internal sealed partial class StargzJson : JsonSerializerContext;
