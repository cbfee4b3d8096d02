using System.CommandLine;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.Registry;

namespace Slipway.Cli.Commands.Manifests;

/// <summary><c>manifest inspect</c>: shows the manifest or index that a name stands for in its registry; an index made with <c>manifest create</c> from the store.</summary>
internal static class ManifestInspectCommand
{
    public static Command Create(CliContext cli)
    {
        var name = new Argument<string>("IMAGE") { Description = "name[:tag] or name@digest" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "Also show what each manifest is called, and of an index every manifest" };
        Option<bool> insecure = ManifestCommand.Insecure();
        var command = new Command("inspect", "Show a manifest or an index") { name, verbose, insecure };
        command.SetAction(async (parsed, token) =>
        {
            ImageReference reference = ImageReference.Parse(parsed.GetValue(name)!);
            RegistryClient client = cli.Registries(parsed).For(reference);
            OciIndex? local = await ManifestCommand.Lists(cli, parsed).TryReadAsync(reference, token);
            FetchedManifest found = local is not null
                ? Of(ImageJson.Write(local), local.MediaType)
                : await FetchAsync(client, reference, reference.Digest?.ToString() ?? reference.Tag!, token);
            JsonNode shown = !parsed.GetValue(verbose) ? Parse(found)
                : MediaTypes.IsIndex(found.Descriptor.MediaType) ? await DescribeAllAsync(client, reference, found, token)
                : await DescribeAsync(client, reference, reference.ToString(), found, null, token);
            await cli.Out.WriteLineAsync(Indented(shown));
            return 0;
        });
        return command;
    }

    private static FetchedManifest Of(byte[] bytes, string mediaType) => new(new Descriptor(mediaType, Foundation.Hashing.Digest.Of(bytes), bytes.Length), bytes);

    private static async Task<FetchedManifest> FetchAsync(RegistryClient client, ImageReference reference, string name, CancellationToken cancellationToken) =>
        await client.TryGetManifestAsync(reference.Repository, name, cancellationToken)
        ?? throw new DiagnosticException("no-such-manifest", $"no such manifest: {reference.Familiar}", "check the name and the tag");

    private static async Task<JsonNode> DescribeAllAsync(
        RegistryClient client, ImageReference reference, FetchedManifest index, CancellationToken cancellationToken)
    {
        var all = new JsonArray();
        foreach (Descriptor entry in ImageJson.ReadIndex(index.Bytes.Span).Manifests)
        {
            FetchedManifest manifest = await FetchAsync(client, reference, entry.Digest.ToString(), cancellationToken);
            all.Add((JsonNode)await DescribeAsync(client, reference, $"{reference}@{entry.Digest}", manifest, entry.Platform, cancellationToken));
        }

        return all;
    }

    private static async Task<JsonObject> DescribeAsync(
        RegistryClient client, ImageReference reference, string called, FetchedManifest manifest, Platform? platform, CancellationToken cancellationToken)
    {
        Platform known = platform ?? (await ConfigAsync(client, reference, manifest, cancellationToken)).Platform;
        return new JsonObject
        {
            ["Ref"] = called,
            ["Descriptor"] = JsonNode.Parse(ImageJson.Write(manifest.Descriptor with { Platform = known })),
            [manifest.Descriptor.MediaType == MediaTypes.DockerManifest ? "SchemaV2Manifest" : "OCIManifest"] = Parse(manifest),
        };
    }

    private static async Task<ImageConfig> ConfigAsync(
        RegistryClient client, ImageReference reference, FetchedManifest manifest, CancellationToken cancellationToken)
    {
        Descriptor config = ImageJson.ReadManifest(manifest.Bytes.Span).Config;
        return ImageJson.ReadConfig(await client.ReadBlobAsync(reference.Repository, config, 4 << 20, $"The config of {reference.Familiar}", cancellationToken));
    }

    private static JsonNode Parse(FetchedManifest manifest) => JsonNode.Parse(manifest.Bytes.Span, documentOptions: new JsonDocumentOptions { MaxDepth = 32 })!;

    private static string Indented(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, IndentCharacter = '\t', IndentSize = 1, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            node.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
