using System.Collections.Immutable;
using System.CommandLine;
using System.Text;
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

            AtomicFile.Write(Path.GetFullPath(metadataFile), Encoding.UTF8.GetBytes(metadata.ToJsonString() + "\n"));
        }
    }

    /// <summary>The image's id; of several images the digest of their index.</summary>
    public static string IdOf(BuiltImage built) => (built.IsIndex ? built.Target.Digest : built.Images[0].Id).ToString();
}
