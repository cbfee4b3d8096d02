using System.Text.Json.Nodes;

namespace Slipway.EndToEnd.Tests.Differential;

/// <summary>An image in an OCI layout on disk: its files and its configuration.</summary>
internal sealed record BuiltImage(IReadOnlyDictionary<string, string> Files, JsonObject Config)
{
    /// <param name="layout">The layout's folder.</param>
    /// <param name="manifest">The manifest's digest.</param>
    public static BuiltImage Read(string layout, string manifest)
    {
        var document = JsonNode.Parse(File.ReadAllBytes(Blob(layout, manifest)))!;
        var map = new FileMap();
        foreach (var layer in document["layers"]!.AsArray())
        {
            using var bytes = File.OpenRead(Blob(layout, layer!["digest"]!.GetValue<string>()));
            map.Apply(bytes);
        }

        var config = JsonNode.Parse(File.ReadAllBytes(Blob(layout, document["config"]!["digest"]!.GetValue<string>())))!;
        return new BuiltImage(map.Lines(KnownDifferences.IsLeftOut), (config["config"] as JsonObject) ?? []);
    }

    /// <summary>The manifest that a layout of one image lists.</summary>
    public static string OnlyManifest(string layout) =>
        JsonNode.Parse(File.ReadAllBytes(Path.Combine(layout, "index.json")))!["manifests"]![0]!["digest"]!.GetValue<string>();

    /// <summary>The configuration as sorted lines; empty values and absent ones are the same.</summary>
    public IReadOnlyDictionary<string, string> ConfigLines()
    {
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (name, value) in Config)
        {
            if (KnownDifferences.ComparedFields.Contains(name))
            {
                var text = KnownDifferences.Normalize(name, value);
                if (text.Length > 0)
                {
                    lines[name] = text;
                }
            }
        }

        return lines;
    }

    private static string Blob(string layout, string digest) => Path.Combine(layout, "blobs", "sha256", digest["sha256:".Length..]);
}
