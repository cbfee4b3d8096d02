using System.Text;
using Slipway.Conda.Channels.Repodata;

namespace Slipway.Conda.Channels.Sharding;

/// <summary>What <c>repodata_shards.msgpack</c> says (CEP 16): the digest of each package's shard, and where shards and packages are.</summary>
/// <param name="Shards">SHA-256 by package name, 32 bytes each.</param>
/// <param name="BaseUrl">Where package files are, as written; null for beside the index.</param>
/// <param name="ShardsBaseUrl">Where shards are, as written; null for <c>shards/</c> beside the index.</param>
internal sealed record ShardIndex(IReadOnlyDictionary<string, byte[]> Shards, string? BaseUrl, string? ShardsBaseUrl)
{
    /// <summary>The channels that belong to this one (CEP 42).</summary>
    public ChannelRelations Relations { get; init; } = ChannelRelations.None;

    /// <exception cref="InvalidDataException">It is none.</exception>
    public static ShardIndex Read(ReadOnlySpan<byte> data)
    {
        var reader = new MessagePackReader(data);
        Dictionary<string, byte[]> shards = new(StringComparer.Ordinal);
        string? baseUrl = null, shardsUrl = null;
        ChannelRelations relations = ChannelRelations.None;
        for (int left = ReadMap(ref reader); left > 0; left--)
        {
            switch (ReadKey(ref reader))
            {
                case "info":
                    for (int inner = ReadMap(ref reader); inner > 0; inner--)
                    {
                        string key = ReadKey(ref reader);
                        if (key == "channel_relations")
                        {
                            relations = ReadRelations(ref reader);
                        }
                        else if (key is "base_url" or "shards_base_url")
                        {
                            string? url = ReadText(ref reader);
                            (baseUrl, shardsUrl) = key == "base_url" ? (url, shardsUrl) : (baseUrl, url);
                        }
                        else
                        {
                            reader.Skip();
                        }
                    }

                    break;
                case "shards":
                    for (int inner = ReadMap(ref reader); inner > 0; inner--)
                    {
                        string name = ReadKey(ref reader);
                        reader.Read();
                        if (reader.Type != MessagePackType.Binary || reader.Bytes.Length != 32)
                        {
                            throw new InvalidDataException($"the index of shards has no SHA-256 for {name}");
                        }

                        shards[name] = reader.Bytes.ToArray();
                    }

                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return new ShardIndex(shards, baseUrl, shardsUrl) { Relations = relations };
    }

    private static ChannelRelations ReadRelations(ref MessagePackReader reader)
    {
        ChannelRelations relations = ChannelRelations.None;
        for (int left = ReadMap(ref reader); left > 0; left--)
        {
            switch (ReadKey(ref reader))
            {
                case "base":
                    relations = relations with { Base = ReadText(ref reader) };
                    break;
                case "overrides":
                    relations = relations with { Overrides = ReadText(ref reader) };
                    break;
                default:
                    reader.Skip();
                    break;
            }
        }

        return relations;
    }

    private static string? ReadText(ref MessagePackReader reader)
    {
        reader.Read();
        return reader.Type == MessagePackType.Text && reader.Bytes.Length > 0 ? reader.Text : null;
    }

    private static int ReadMap(ref MessagePackReader reader)
    {
        reader.Read();
        return reader.Type == MessagePackType.Map ? reader.Count : throw new InvalidDataException("the index of shards is not of the form of CEP 16");
    }

    private static string ReadKey(ref MessagePackReader reader)
    {
        reader.Read();
        return reader.Type == MessagePackType.Text ? Encoding.UTF8.GetString(reader.Bytes) : throw new InvalidDataException("a key of the index of shards is no text");
    }
}
