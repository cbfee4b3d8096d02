using System.CommandLine;
using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using Slipway.Cli.Rendering.Templates;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Images;

/// <summary><c>inspect</c>: all that is known of an image, with docker's field names.</summary>
internal static class InspectCommand
{
    public static Command Create(CliContext cli)
    {
        var images = new Argument<string[]>("IMAGE") { Description = "Images by name or id", Arity = ArgumentArity.OneOrMore };
        var format = new Option<string?>("--format", "-f") { Description = "json, or a template such as {{.Config.User}}", HelpName = "FORMAT" };
        var type = new Option<string?>("--type") { Description = "Accepted for docker's sake: image", HelpName = "TYPE" };
        var command = new Command("inspect", "Show all that is known of images") { images, format, type };
        command.SetAction(async (parsed, token) =>
        {
            ImageStore store = cli.Store(parsed);
            List<JsonObject> found = [];
            foreach (string name in parsed.GetValue(images)!)
            {
                found.Add(Describe(await ImageLookup.FindAsync(store, name, token)));
            }

            await cli.Out.WriteAsync(parsed.GetValue(format) is { } template
                ? ListFormat.Render(template, found, new Dictionary<string, string>())
                : Indented(new JsonArray([.. found])) + "\n");
            return 0;
        });
        return command;
    }

    private static JsonObject Describe(StoredImage image)
    {
        JsonNode config = JsonNode.Parse(ImageJson.Write(image.Config))!;
        JsonNode container = config["config"]?.DeepClone() ?? new JsonObject();
        return new JsonObject
        {
            ["Id"] = image.Id.ToString(),
            ["Digest"] = image.Target.Digest.ToString(),
            ["RepoTags"] = new JsonArray([.. image.Names.Where(n => n.Tag is not null).Select(n => JsonValue.Create(n.Familiar))]),
            ["Created"] = image.Config.Created?.ToString("yyyy-MM-ddTHH:mm:ssZ"),
            ["Author"] = image.Config.Author ?? "",
            ["Architecture"] = image.Config.Architecture,
            ["Variant"] = image.Config.Variant,
            ["Os"] = image.Config.Os,
            ["Size"] = image.Size,
            ["Config"] = container,
            ["RootFS"] = new JsonObject { ["Type"] = "layers", ["Layers"] = new JsonArray([.. image.Config.DiffIds.Select(d => JsonValue.Create(d.ToString()))]) },
        };
    }

    private static string Indented(JsonNode node)
    {
        using var buffer = new MemoryStream();
        using (var writer = new Utf8JsonWriter(buffer, new JsonWriterOptions { Indented = true, IndentSize = 4, Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }))
        {
            node.WriteTo(writer);
        }

        return Encoding.UTF8.GetString(buffer.GetBuffer(), 0, (int)buffer.Length);
    }
}
