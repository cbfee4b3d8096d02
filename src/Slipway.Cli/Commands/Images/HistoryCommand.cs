using System.CommandLine;
using System.Text.Json.Nodes;
using Slipway.Cli.Rendering;
using Slipway.Cli.Rendering.Templates;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Images;

/// <summary><c>history</c>: the steps that led to an image, newest first.</summary>
internal static class HistoryCommand
{
    private const int ShownWidth = 60;

    private static readonly Dictionary<string, string> Headings = new() { ["ID"] = "LAYER", ["CreatedBy"] = "CREATED BY" };

    public static Command Create(CliContext cli)
    {
        var image = new Argument<string>("IMAGE") { Description = "An image by name or id" };
        var noTrunc = new Option<bool>("--no-trunc") { Description = "Do not shorten" };
        var format = new Option<string?>("--format") { Description = "json, table TEMPLATE, or a template such as {{.CreatedBy}}", HelpName = "FORMAT" };
        var command = new Command("history", "Show the steps that led to an image") { image, noTrunc, format };
        command.SetAction(async (parsed, token) =>
        {
            StoredImage found = await ImageLookup.FindAsync(cli.Store(parsed), parsed.GetValue(image)!, token);
            await cli.Out.WriteAsync(ListFormat.Render(
                parsed.GetValue(format) ?? @"table {{.ID}}\t{{.CreatedBy}}\t{{.Size}}\t{{.Comment}}",
                Rows(found, parsed.GetValue(noTrunc)), Headings));
            return 0;
        });
        return command;
    }

    private static List<JsonObject> Rows(StoredImage image, bool whole)
    {
        int layer = 0;
        List<JsonObject> rows = [];
        foreach (HistoryEntry entry in image.Config.History)
        {
            Descriptor? blob = !entry.EmptyLayer && layer < image.Manifest.Layers.Count ? image.Manifest.Layers[layer++] : null;
            string by = (entry.CreatedBy ?? "").ReplaceLineEndings(" ");
            rows.Add(new JsonObject
            {
                ["ID"] = blob is null ? "<none>" : whole ? blob.Digest.ToString() : blob.Digest.Short,
                ["CreatedAt"] = entry.Created?.ToString("yyyy-MM-ddTHH:mm:ssZ") ?? "",
                ["CreatedBy"] = whole || by.Length <= ShownWidth ? by : by[..(ShownWidth - 1)] + "…",
                ["Size"] = Amounts.Bytes(blob?.Size ?? 0),
                ["Comment"] = entry.Comment ?? "",
            });
        }

        rows.Reverse();
        return rows;
    }
}
