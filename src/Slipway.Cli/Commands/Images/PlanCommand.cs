using System.CommandLine;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Build.Sources;
using Slipway.Cli.Commands.Environments;
using Slipway.Cli.Commands.Images.Inputs;
using Slipway.Cli.Rendering;
using Slipway.Environments.Bridging;
using Slipway.Environments.Building;
using Slipway.Environments.Locking;
using Slipway.Environments.Printing;
using Slipway.Foundation.Http;
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
        var command = new Command("plan", "Print what a Dockerfile or a repository's environment files come to, without building it") { flags.Path };
        foreach (Option option in flags.ForPlan)
        {
            command.Options.Add(option);
        }

        var dockerfile = new Option<bool>("--dockerfile") { Description = "Of environment files: print an equivalent Dockerfile" };
        command.Options.Add(dockerfile);
        var slimRules = new Option<bool>("--slim-rules") { Description = "Only list what slim images leave out of packages" };
        command.Options.Add(slimRules);
        command.SetAction(async (parsed, token) =>
        {
            if (!parsed.GetValue(slimRules))
            {
                return await PrintAsync(cli, flags, dockerfile, parsed, token);
            }

            await cli.Out.WriteAsync(SlimText.Write());
            return 0;
        });
        return command;
    }

    private static async Task<int> PrintAsync(CliContext cli, BuildFlags flags, Option<bool> dockerfile, ParseResult parsed, CancellationToken cancellationToken)
    {
        ImageStore store = cli.Store(parsed);
        using RemoteSources sources = cli.Sources(store, BuildSettingsReader.ReadSecrets(flags, parsed));
        using BuildInput input = await BuildInputReader.ReadAsync(cli, flags, parsed, store, sources, null, cancellationToken);
        if (input is EnvironmentInput environment)
        {
            await cli.Out.WriteAsync(await EnvironmentTextAsync(cli, environment, parsed, parsed.GetValue(dockerfile), store, cancellationToken));
            return 0;
        }

        var images = new OfflineBaseImages(store, new ResolvedTags(store, cli.Clock));
        var recipe = (DockerfileInput)input;
        var options = new EnvironmentStageOptions { MayChangeLock = recipe.Environments.MayChangeLock, MayFetch = false };
        using ProgressRenderer progress = ProgressRenderer.Create(ProgressMode.Plain, CliContext.Environment, cli.Clock);
        EnvironmentStages environments = recipe.Environments.Open(images, progress, options);
        IReadOnlyList<Plan> plans = await recipe.PlanAsync(images, environments, cancellationToken);
        if (environments.LacksVariables)
        {
            await cli.Error.WriteLineAsync("packages may set further variables; these are known once the packages have been fetched");
        }

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

    // Without a lock that fits, packages have to be looked up, but nothing is written.
    private static async Task<string> EnvironmentTextAsync(
        CliContext cli, EnvironmentInput environment, ParseResult parsed, bool asDockerfile, ImageStore store, CancellationToken cancellationToken)
    {
        var images = new StoreBaseImages(store, new ImagePuller(cli.Registries(parsed), store), new ResolvedTags(store, cli.Clock), new BaseImageOptions { Offline = NetworkAccess.IsForbidden });
        await cli.Error.WriteAsync(cli.Diagnostics.Render([.. environment.Environment.Warnings]));
        EnvironmentLock file = await environment.LockAsync(images, SilentProgress.Instance, Upgrade.Nothing, environment.MayChangeLock, cancellationToken);
        var wanted = new EnvironmentLock([.. file.Platforms.Where(p => environment.Platforms.Any(platform => platform.ToString() == p.Platform))]);
        ImageLayout layout = environment.Layout(images, SilentProgress.Instance);
        return asDockerfile ? DockerfileText.Of(environment.Environment, wanted.Platforms[0], layout) : PlanText.Of(environment.Environment, wanted, layout);
    }
}
