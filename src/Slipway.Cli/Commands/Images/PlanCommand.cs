using System.CommandLine;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Build.Sources;
using Slipway.Cli.Commands.Images.Inputs;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Images;

/// <summary><c>plan</c>: prints what would be built, without building it.</summary>
internal static class PlanCommand
{
    public static Command Create(CliContext cli)
    {
        var flags = new BuildFlags();
        var command = new Command("plan", "Print what a Dockerfile comes to, without building it") { flags.Path };
        foreach (Option option in flags.ForPlan)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, token) => PrintAsync(cli, flags, parsed, token));
        return command;
    }

    private static async Task<int> PrintAsync(CliContext cli, BuildFlags flags, ParseResult parsed, CancellationToken cancellationToken)
    {
        ImageStore store = cli.Store(parsed);
        using RemoteSources sources = cli.Sources(store, BuildSettingsReader.ReadSecrets(flags, parsed));
        using BuildInput input = await BuildInputReader.ReadAsync(cli, flags, parsed, store, sources, cancellationToken);
        var images = new OfflineBaseImages(store, new ResolvedTags(store, cli.Clock));
        IReadOnlyList<Plan> plans = await input.PlanAsync(images, SilentProgress.Instance, cancellationToken);
        await cli.Error.WriteAsync(cli.Diagnostics.Render([.. plans.SelectMany(plan => plan.Warnings).Distinct()]));
        foreach (string note in images.Notes)
        {
            await cli.Error.WriteLineAsync(note);
        }

        foreach ((Plan plan, Platform platform) in plans.Zip(input.Platforms))
        {
            await cli.Out.WriteAsync(plans.Count > 1 ? $"platform {platform}\n{PlanPrinter.Print(plan)}" : PlanPrinter.Print(plan));
        }

        return 0;
    }
}
