using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using System.Text.Json;

namespace Slipway.Conda.Tests.Channels;

/// <summary>Writes sharded channel data (CEP 16).</summary>
internal static class Shards
{
    /// <summary>Puts shards and their index on the server; each shard is given as the repodata.json of one package.</summary>
    public static void Put(ChannelWorld world, string folder, params (string Name, string Json)[] packages) => Put(world, folder, "", packages);

    /// <summary>Also says which channel goes before it (CEP 42), if that is not empty.</summary>
    public static void Put(ChannelWorld world, string folder, string baseChannel, params (string Name, string Json)[] packages)
    {
        using var index = new MemoryStream();
        WriteHead(index, 0x80, 2);
        WriteText(index, "info");
        WriteHead(index, 0x80, baseChannel.Length > 0 ? 2 : 1);
        if (baseChannel.Length > 0)
        {
            WriteText(index, "channel_relations");
            WriteHead(index, 0x80, 2);
            WriteText(index, "base");
            WriteText(index, baseChannel);
            WriteText(index, "later");
            WriteText(index, "x");
        }

        WriteText(index, "shards_base_url");
        WriteText(index, "shards/");
        WriteText(index, "shards");
        WriteHead(index, 0x80, packages.Length);
        foreach ((string name, string json) in packages)
        {
            using JsonDocument document = JsonDocument.Parse(json);
            using var shard = new MemoryStream();
            Write(shard, document.RootElement, "");
            byte[] compressed = ChannelWorld.Compress("zstd", shard.ToArray());
            byte[] sha256 = SHA256.HashData(compressed);
            world.Server.Files[$"{folder}/shards/{Convert.ToHexStringLower(sha256)}.msgpack.zst"] = compressed;
            WriteText(index, name);
            index.Write([0xC4, 32, .. sha256]);
        }

        world.Server.Files[$"{folder}/repodata_shards.msgpack.zst"] = ChannelWorld.Compress("zstd", index.ToArray());
    }

    private static void Write(MemoryStream output, JsonElement value, string key)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                WriteHead(output, 0x80, value.EnumerateObject().Count());
                foreach (JsonProperty property in value.EnumerateObject())
                {
                    WriteText(output, property.Name);
                    Write(output, property.Value, property.Name);
                }

                break;
            case JsonValueKind.Array:
                WriteHead(output, 0x90, value.GetArrayLength());
                foreach (JsonElement item in value.EnumerateArray())
                {
                    Write(output, item, "");
                }

                break;
            case JsonValueKind.String when key is "sha256" or "md5":
                byte[] hash = Convert.FromHexString(value.GetString()!);
                output.Write([0xC4, (byte)hash.Length, .. hash]);
                break;
            case JsonValueKind.String:
                WriteText(output, value.GetString()!);
                break;
            default:
                output.WriteByte(0xD3);
                Span<byte> number = stackalloc byte[8];
                BinaryPrimitives.WriteInt64BigEndian(number, value.GetInt64());
                output.Write(number);
                break;
        }
    }

    private static void WriteHead(MemoryStream output, int kind, int count)
    {
        Assert.True(count < 16);
        output.WriteByte((byte)(kind | count));
    }

    private static void WriteText(MemoryStream output, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        output.Write([0xDA, (byte)(bytes.Length >> 8), (byte)bytes.Length, .. bytes]);
    }
}
