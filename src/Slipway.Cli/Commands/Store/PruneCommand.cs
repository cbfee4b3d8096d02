using System.CommandLine;
using Slipway.Build.Space;
using Slipway.Cli.Rendering;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Store;

/// <summary><c>system prune</c>, <c>builder prune</c> and <c>image prune</c>: one thing under docker's three names, each taking what it takes there.</summary>
internal static class PruneCommand
{
    public static Command ForSystem(CliContext cli) => Create(
        cli, "Remove what is not needed: unnamed images, the cache, files nothing refers to", "Remove images that have a name, cache mounts, logs, remembered file digests, and conda packages and channel data not used for an hour, too",
        "unnamed images and the build cache", "all images, the build cache, cache mounts and logs",
        (options, all) => new StorePruneOptions(options with { AllImages = all }) { Mounts = all, Leftovers = all });

    public static Command ForBuilder(CliContext cli) => Create(
        cli, "Remove the build cache", "Remove cache mounts, and conda packages and channel data not used for an hour, too", "the build cache", "the build cache and cache mounts",
        (options, all) => new StorePruneOptions(options with { KeepImages = true }) { Mounts = all });

    public static Command ForImage(CliContext cli) => Create(
        cli, "Remove unnamed images", "Remove images that have a name, too", "unnamed images", "all images",
        (options, all) => new StorePruneOptions(options with { AllImages = all, KeepCache = true }));

    private static Command Create(
        CliContext cli, string description, string allDescription, string some, string everything, Func<PruneOptions, bool, StorePruneOptions> choose)
    {
        var all = new Option<bool>("--all", "-a") { Description = allDescription };
        var force = new Option<bool>("--force", "-f") { Description = "Do not ask" };
        var dryRun = new Option<bool>("--dry-run") { Description = "Only say what would be removed" };
        var filter = new Option<string[]>("--filter") { Description = "Remove only: until=24h (not used for so long, or since a time), label=NAME[=VALUE], label!=NAME[=VALUE]", HelpName = "FILTER" };
        var keep = new Option<string?>("--keep-storage", "--reserved-space") { Description = "Remove the longest unused first, until so much is left, such as 20GB", HelpName = "SIZE" };
        var command = new Command("prune", description) { all, force, dryRun, filter, keep };
        command.SetAction(async (parsed, token) =>
        {
            bool dry = parsed.GetValue(dryRun), isAll = parsed.GetValue(all);
            PruneOptions options = PruneFilters.Read(parsed.GetValue(filter) ?? [], cli.Clock) with
            {
                DryRun = dry,
                KeepBytes = parsed.GetValue(keep) is { } size ? Values.Size("--keep-storage", size) : null,
            };
            if (!dry && !parsed.GetValue(force) && !Console.IsInputRedirected && !await AgreesAsync(cli, isAll ? everything : some, token))
            {
                return 0;
            }

            StorePruneOptions chosen = choose(options, isAll);
            var packages = new PackageSpace(cli.Store(parsed).Root, cli.Clock);
            bool takesPackages = chosen.Mounts && options.Labels is null; // packages have no labels
            StorePruneResult result = takesPackages && options.KeepBytes is not null
                ? await new BudgetPrune(cli.Store(parsed), cli.Clock, packages).RunAsync(chosen, token)
                : await new StorePrune(cli.Store(parsed), cli.Clock).RunAsync(chosen, token);
            long freed = result.FreedBytes + (takesPackages && options.KeepBytes is null ? packages.Prune(options.MinimumAge, dry, token) : 0);
            string mounts = result.Mounts > 0 ? $", {result.Mounts} cache mounts" : "";
            await cli.Error.WriteLineAsync(
                $"{(dry ? "would remove" : "removed")} {result.Store.Images} images, {result.Store.Layers} layers, {result.Store.Blobs} blobs, {result.Store.Keys} cache records{mounts}");
            if (result.Store.HeldBack)
            {
                await cli.Error.WriteLineAsync("another process is using the store: what it may need was kept; prune again when it is done");
            }

            await cli.Out.WriteLineAsync($"Total reclaimed space: {Amounts.Bytes(freed)}");
            return 0;
        });
        return command;
    }

    private static async Task<bool> AgreesAsync(CliContext cli, string what, CancellationToken cancellationToken)
    {
        await cli.Error.WriteAsync($"This removes {what}. Go on? [y/N] ");
        return string.Equals((await StandardInput.ReadLineAsync(cancellationToken)).Trim(), "y", StringComparison.OrdinalIgnoreCase);
    }
}
