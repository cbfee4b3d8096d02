using System.CommandLine;
using System.Text.Json.Nodes;
using Slipway.Cli.Rendering;
using Slipway.Cli.Rendering.Templates;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Store;

/// <summary><c>system df</c> and <c>system prune</c>: what the store takes on disk, and giving it back.</summary>
internal static class SystemCommand
{
    public static Command Create(CliContext cli) => new("system", "Look after the store")
    {
        DiskUsage(cli),
        Prune(cli),
        CheckCommand.Create(cli),
    };

    private static Command DiskUsage(CliContext cli)
    {
        var format = new Option<string?>("--format") { Description = "json, table TEMPLATE, or a template such as {{.Size}}", HelpName = "FORMAT" };
        var command = new Command("df", "Show what the store takes on disk") { format };
        command.SetAction(async (parsed, token) =>
        {
            IReadOnlyList<StoreUsage> usage = await cli.Store(parsed).GetUsageAsync(token);
            IEnumerable<JsonObject> rows = usage.Select(u => new JsonObject
            {
                ["Type"] = u.Kind,
                ["TotalCount"] = u.Count.ToString(),
                ["Size"] = Amounts.Bytes(u.Size),
                ["Reclaimable"] = Amounts.Bytes(u.Reclaimable),
            });
            var headings = new Dictionary<string, string> { ["Type"] = "TYPE", ["TotalCount"] = "TOTAL", ["Size"] = "SIZE", ["Reclaimable"] = "RECLAIMABLE" };
            await cli.Out.WriteAsync(ListFormat.Render(
                parsed.GetValue(format) ?? @"table {{.Type}}\t{{.TotalCount}}\t{{.Size}}\t{{.Reclaimable}}", rows, headings));
            return 0;
        });
        return command;
    }

    private static Command Prune(CliContext cli)
    {
        var all = new Option<bool>("--all", "-a") { Description = "Remove images that have a name, too" };
        var force = new Option<bool>("--force", "-f") { Description = "Do not ask" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be removed" };
        var command = new Command("prune", "Remove what is not needed: unnamed images, the cache, files nothing refers to") { all, force, dryRun };
        command.SetAction(async (parsed, token) =>
        {
            bool dry = parsed.GetValue(dryRun);
            if (!dry && !parsed.GetValue(force) && !Console.IsInputRedirected)
            {
                await cli.Error.WriteAsync("This removes unnamed images and the build cache. Go on? [y/N] ");
                if (!string.Equals((await cli.In.ReadLineAsync(token))?.Trim(), "y", StringComparison.OrdinalIgnoreCase))
                {
                    return 0;
                }
            }

            PruneResult result = await cli.Store(parsed).PruneAsync(new PruneOptions { AllImages = parsed.GetValue(all), DryRun = dry }, token);
            string verb = dry ? "would remove" : "removed";
            await cli.Error.WriteLineAsync($"{verb} {result.Images} images, {result.Layers} layers, {result.Blobs} blobs, {result.Keys} cache records");
            if (result.HeldBack)
            {
                await cli.Error.WriteLineAsync("another process is using the store: what it may need was kept; prune again when it is done");
            }

            await cli.Out.WriteLineAsync($"Total reclaimed space: {Amounts.Bytes(result.FreedBytes)}");
            return 0;
        });
        return command;
    }
}
