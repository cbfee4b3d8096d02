using System.CommandLine;
using System.Text.Json.Nodes;
using Slipway.Build.Space;
using Slipway.Cli.Rendering;
using Slipway.Cli.Rendering.Templates;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Store;

/// <summary><c>system df</c>: what the store takes on disk, by kind, and with <c>-v</c> thing by thing.</summary>
internal static class DiskUsageCommand
{
    public static Command Create(CliContext cli, string name)
    {
        var format = new Option<string?>("--format") { Description = "json, table TEMPLATE, or a template such as {{.Size}}", HelpName = "FORMAT" };
        var verbose = new Option<bool>("--verbose", "-v") { Description = "List every image, cache record and cache mount" };
        var command = new Command(name, "Show what the store takes on disk") { format, verbose };
        command.SetAction(async (parsed, token) =>
        {
            DiskUsage usage = await DiskUsage.MeasureAsync(cli.Store(parsed), token);
            if (new PackageSpace(cli.Store(parsed).Root, cli.Clock).Measure(token) is { } packages)
            {
                usage = usage with { Kinds = [.. usage.Kinds, packages] };
            }

            string? form = parsed.GetValue(format);
            await cli.Out.WriteAsync(parsed.GetValue(verbose) ? Verbose(usage, form, cli.Clock) : Summary(usage, form));
            return 0;
        });
        return command;
    }

    private static string Summary(DiskUsage usage, string? format) => Table(format, usage.Kinds.Select(Row), "TYPE", "TOTAL", "ACTIVE", "SIZE", "RECLAIMABLE");

    private static JsonObject Row(StoreUsage kind) => new()
    {
        ["Type"] = kind.Kind,
        ["TotalCount"] = kind.Count.ToString(),
        ["Total"] = kind.Count.ToString(),
        ["Active"] = kind.Active.ToString(),
        ["Size"] = Amounts.Bytes(kind.Size),
        ["Reclaimable"] = Amounts.Bytes(kind.Reclaimable) + (kind.Size > 0 ? $" ({kind.Reclaimable * 100 / kind.Size}%)" : ""),
    };

    private static string Verbose(DiskUsage usage, string? format, TimeProvider clock)
    {
        IEnumerable<JsonObject> images = usage.Store.Images.Select(image => new JsonObject
        {
            ["Image"] = image.Names.Count > 0 ? string.Join(", ", image.Names.Select(n => n.Familiar)) : "<none>",
            ["ID"] = image.Id.Short,
            ["LastUsed"] = Ago(image.LastUse, clock),
            ["Size"] = Amounts.Bytes(image.Size),
            ["SharedSize"] = Amounts.Bytes(image.Size - image.Unique),
            ["UniqueSize"] = Amounts.Bytes(image.Unique),
        });
        IEnumerable<JsonObject> cache = usage.Store.Cache.OrderByDescending(key => key.LastUse).Select(key => new JsonObject
        {
            ["Key"] = key.Key[..12],
            ["Step"] = key.Operation,
            ["LastUsed"] = Ago(key.LastUse, clock),
            ["Size"] = Amounts.Bytes(key.Size),
            ["Shared"] = key.Shared ? "true" : "false",
        });
        IEnumerable<JsonObject> mounts = usage.Mounts.Select(mount => new JsonObject
        {
            ["Mount"] = mount.Id.ReplaceLineEndings(" "),
            ["LastUsed"] = Ago(mount.LastUse, clock),
            ["Size"] = Amounts.Bytes(mount.Size),
        });
        if (format == "json")
        {
            return new JsonObject
            {
                ["Kinds"] = new JsonArray([.. usage.Kinds.Select(Row)]),
                ["Images"] = new JsonArray([.. images]),
                ["BuildCache"] = new JsonArray([.. cache]),
                ["CacheMounts"] = new JsonArray([.. mounts]),
            }.ToJsonString() + "\n";
        }

        return Summary(usage, null)
            + "\nImages:\n\n" + Table(null, images, "IMAGE", "ID", "LAST USED", "SIZE", "SHARED SIZE", "UNIQUE SIZE")
            + "\nBuild cache:\n\n" + Table(null, cache, "KEY", "STEP", "LAST USED", "SIZE", "SHARED")
            + "\nCache mounts:\n\n" + Table(null, mounts, "MOUNT", "LAST USED", "SIZE");
    }

    // A heading is its field's name in capitals, with the words apart.
    private static string Table(string? format, IEnumerable<JsonObject> rows, params string[] headings)
    {
        static string Field(string heading) => heading is "ID" ? heading
            : string.Concat(heading.Split(' ').Select(word => word[0] + word[1..].ToLowerInvariant()));
        Dictionary<string, string> titles = headings.ToDictionary(Field);
        return ListFormat.Render(format ?? "table " + string.Join(@"\t", headings.Select(heading => $"{{{{.{Field(heading)}}}}}")), rows, titles);
    }

    private static string Ago(DateTime time, TimeProvider clock) => Amounts.Ago(clock.GetUtcNow().UtcDateTime - time);
}
