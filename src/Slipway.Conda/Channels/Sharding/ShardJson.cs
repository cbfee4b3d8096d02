using System.Text.Json;

namespace Slipway.Conda.Channels.Sharding;

/// <summary>
/// Turns a shard (CEP 16) into the JSON that <c>repodata.json</c> would have for that package, once, when it is downloaded: everything behind it then knows one form.
/// Raw hashes become hexadecimal.
/// </summary>
internal static class ShardJson
{
    private const int DeepestNesting = 32;

    /// <exception cref="InvalidDataException">It is not MessagePack.</exception>
    public static byte[] Convert(ReadOnlySpan<byte> shard)
    {
        using var json = new MemoryStream(shard.Length * 2);
        using (var writer = new Utf8JsonWriter(json, new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            var reader = new MessagePackReader(shard);
            reader.Read();
            Write(ref reader, writer, 0);
        }

        return json.ToArray();
    }

    private static void Write(ref MessagePackReader reader, Utf8JsonWriter writer, int depth)
    {
        if (depth > DeepestNesting)
        {
            throw new InvalidDataException("the shard is nested too deeply");
        }

        switch (reader.Type)
        {
            case MessagePackType.Nil:
                writer.WriteNullValue();
                break;
            case MessagePackType.Boolean:
                writer.WriteBooleanValue(reader.Boolean);
                break;
            case MessagePackType.Integer:
                writer.WriteNumberValue(reader.Integer);
                break;
            case MessagePackType.Float when double.IsFinite(reader.Float):
                writer.WriteNumberValue(reader.Float);
                break;
            case MessagePackType.Text:
                writer.WriteStringValue(reader.Bytes);
                break;
            case MessagePackType.Binary:
                writer.WriteStringValue(System.Convert.ToHexStringLower(reader.Bytes));
                break;
            case MessagePackType.Array:
                writer.WriteStartArray();
                for (int left = reader.Count; left > 0; left--)
                {
                    reader.Read();
                    Write(ref reader, writer, depth + 1);
                }

                writer.WriteEndArray();
                break;
            case MessagePackType.Map:
                writer.WriteStartObject();
                for (int left = reader.Count; left > 0; left--)
                {
                    reader.Read();
                    writer.WritePropertyName(reader.Type == MessagePackType.Text ? reader.Bytes : throw new InvalidDataException("a key of the shard is no text"));
                    reader.Read();
                    Write(ref reader, writer, depth + 1);
                }

                writer.WriteEndObject();
                break;
            default:
                writer.WriteNullValue();
                break;
        }
    }
}
