using System.CommandLine;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
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
        BuildInput input = await BuildInput.ReadAsync(flags, parsed, store, cli.Clock, cancellationToken);
        var images = new OfflineBaseImages(store);
        Plan plan = await DockerfilePlanner.PlanAsync(input.Document, input.Options, images, cancellationToken);
        await cli.Error.WriteAsync(cli.Diagnostics.Render(plan.Warnings));
        foreach (string note in images.Notes)
        {
            await cli.Error.WriteLineAsync(note);
        }

        await cli.Out.WriteAsync(PlanPrinter.Print(plan));
        return 0;
    }
}
