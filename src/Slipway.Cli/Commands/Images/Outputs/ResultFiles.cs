using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Files;
using Slipway.Images.Model;

namespace Slipway.Cli.Commands.Images.Outputs;

/// <summary>Writes <c>--iidfile</c> and <c>--metadata-file</c>, the latter with BuildKit's keys.</summary>
internal static class ResultFiles
{
    public static void Write(BuildFlags flags, ParseResult parsed, BuiltImage built, ImmutableArray<ImageReference> names)
    {
        if (parsed.GetValue(flags.IidFile) is { } idFile)
        {
            AtomicFile.Write(Path.GetFullPath(idFile), Encoding.ASCII.GetBytes(IdOf(built)));
        }

        if (parsed.GetValue(flags.MetadataFile) is { } metadataFile)
        {
            var metadata = new JsonObject();
            if (!built.IsIndex)
            {
                metadata["containerimage.config.digest"] = built.Images[0].Id.ToString();
            }

            metadata["containerimage.descriptor"] = JsonNode.Parse(ImageJson.Write(built.Target));
            metadata["containerimage.digest"] = built.Target.Digest.ToString();
            if (!names.IsEmpty)
            {
                metadata["image.name"] = string.Join(',', names.Select(name => name.ToString()));
            }

            using var bytes = new MemoryStream();
            using (var writer = new Utf8JsonWriter(bytes, new JsonWriterOptions { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping, Indented = true }))
            {
                metadata.WriteTo(writer);
            }

            AtomicFile.Write(Path.GetFullPath(metadataFile), bytes.GetBuffer().AsSpan(0, (int)bytes.Length));
        }
    }

    /// <summary>The image's id; of several images the digest of their index.</summary>
    public static string IdOf(BuiltImage built) => (built.IsIndex ? built.Target.Digest : built.Images[0].Id).ToString();
}
