using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Images.Compression;

namespace Slipway.Conda.Driver;

/// <summary>
/// Makes a channel as large as conda-forge out of a real one: every package <c>copies</c> times under a new name (<c>numpy</c>, <c>numpy-c1</c>, …; each copy depends on
/// the same copy of its dependencies), and every record <c>builds</c> times with a higher build number and another build text.
/// </summary>
internal static class Synthetic
{
    public static void Write(string channel, string target, int copies, int builds)
    {
        foreach (string subdir in new[] { "linux-64", "noarch" })
        {
            using Stream source = Decompressor.Open(File.OpenRead(Path.Combine(channel, subdir, "repodata.json.zst")), CompressionKind.Zstd);
            JsonNode repodata = JsonNode.Parse(source)!;
            Directory.CreateDirectory(Path.Combine(target, subdir));
            using var file = new FileStream(Path.Combine(target, subdir, "repodata.json"), FileMode.Create, FileAccess.Write, FileShare.None, 1 << 20);
            using var writer = new Utf8JsonWriter(file);
            writer.WriteStartObject();
            foreach (string section in new[] { "packages", "packages.conda" })
            {
                writer.WriteStartObject(section);
                for (int copy = 0; copy < copies; copy++)
                {
                    for (int build = 0; build < builds; build++)
                    {
                        foreach ((string key, JsonNode? record) in repodata[section]!.AsObject())
                        {
                            WriteRecord(writer, key, record!.AsObject(), copy, build);
                        }
                    }

                    writer.Flush();
                }

                writer.WriteEndObject();
            }

            writer.WriteEndObject();
        }
    }

    private static void WriteRecord(Utf8JsonWriter writer, string key, JsonObject record, int copy, int build)
    {
        string name = Rename(record["name"]!.GetValue<string>(), copy), text = record["build"]!.GetValue<string>() + (build == 0 ? "" : $"b{build}");
        writer.WriteStartObject($"{name}-{record["version"]}-{text}{(key.EndsWith(".conda", StringComparison.Ordinal) ? ".conda" : ".tar.bz2")}");
        foreach ((string field, JsonNode? value) in record)
        {
            writer.WritePropertyName(field);
            switch (field)
            {
                case "name":
                    writer.WriteStringValue(name);
                    break;
                case "build":
                    writer.WriteStringValue(text);
                    break;
                case "build_number":
                    writer.WriteNumberValue(value!.GetValue<long>() + build);
                    break;
                case "depends" or "constrains" when value is JsonArray list:
                    writer.WriteStartArray();
                    foreach (JsonNode? item in list)
                    {
                        string[] words = item!.GetValue<string>().Split(' ', 2);
                        // Exact builds would not find their copies.
                        string rest = words.Length == 1 ? "" : build > 0 && words[1].Contains(' ') ? " " + words[1].Split(' ')[0] : " " + words[1];
                        writer.WriteStringValue(Rename(words[0], copy) + rest);
                    }

                    writer.WriteEndArray();
                    break;
                default:
                    value?.WriteTo(writer);
                    if (value is null)
                    {
                        writer.WriteNullValue();
                    }

                    break;
            }
        }

        writer.WriteEndObject();
    }

    private static string Rename(string name, int copy) => copy == 0 || name.StartsWith("__", StringComparison.Ordinal) ? name : $"{name}-c{copy}";
}
