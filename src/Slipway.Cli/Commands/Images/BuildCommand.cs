using System.CommandLine;
using System.Text.Json.Nodes;
using Slipway.Build.Cache;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Cli.Commands.Store;
using Slipway.Cli.Rendering;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;
using Slipway.Sandbox.Containers;
using Slipway.Sandbox.Hosts;

namespace Slipway.Cli.Commands.Images;

/// <summary><c>build</c>: a Dockerfile becomes an image in the store.</summary>
internal static class BuildCommand
{
    public static Command Create(CliContext cli)
    {
        var flags = new BuildFlags();
        var command = new Command("build", "Build an image from a Dockerfile") { flags.Path };
        foreach (Option option in flags.ForBuild)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, token) => BuildAsync(cli, flags, parsed, token));
        return command;
    }

    private static async Task<int> BuildAsync(CliContext cli, BuildFlags flags, ParseResult parsed, CancellationToken cancellationToken)
    {
        ImageReference[] names = [.. (parsed.GetValue(flags.Tag) ?? []).Select(ImageReference.Parse)];
        BuildSettings settings = SharedCacheReader.Read(cli, flags, parsed, BuildSettingsReader.Read(flags, parsed));
        ImageStore store = cli.Store(parsed);
        BuildInput input = await BuildInput.ReadAsync(flags, parsed, store, cli.Clock, cancellationToken);
        bool quiet = parsed.GetValue(flags.Quiet);
        using ProgressRenderer? renderer = quiet ? null
            : ProgressRenderer.Create(Enum.Parse<ProgressMode>(parsed.GetValue(flags.Progress)!, ignoreCase: true), CliContext.Environment, cli.Clock);
        IBuildProgress progress = renderer is null ? SilentProgress.Instance : renderer;

        long started = cli.Clock.GetTimestamp();
        StoredImage image = await BuildAsync(cli, parsed, input, settings, parsed.GetValue(flags.Pull), names, store, progress, cancellationToken);
        if (parsed.GetValue(flags.Push))
        {
            await PushAsync(cli, parsed, store, image, names, progress, cancellationToken);
        }

        renderer?.Dispose();
        WriteFiles(flags, parsed, image, names);
        await StorageBudget.KeepAsync(cli, store, parsed.GetValue(flags.KeepStorage), quiet, cancellationToken);
        if (quiet)
        {
            await cli.Out.WriteLineAsync(image.Id.ToString());
        }
        else
        {
            string name = names.Length > 0 ? string.Join(", ", names.Select(n => n.Familiar)) : "without a name (give one with -t)";
            await cli.Error.WriteLineAsync(
                $"built {name}\n  id     {image.Id}\n  size   {Amounts.Bytes(image.Size)}\n  layers {image.Config.DiffIds.Count}\n  time   {cli.Clock.GetElapsedTime(started).TotalSeconds:0.0} s");
        }

        return 0;
    }

    /// <summary>Plans and builds; for <c>build</c> and for <c>run ./PATH</c>.</summary>
    public static async Task<StoredImage> BuildAsync(
        CliContext cli, ParseResult parsed, BuildInput input, BuildSettings settings, bool pull, ImageReference[] names, ImageStore store, IBuildProgress progress, CancellationToken cancellationToken)
    {
        var images = new StoreBaseImages(store, new ImagePuller(cli.Registries(parsed), store), pull);
        Plan plan = await DockerfilePlanner.PlanAsync(input.Document, input.Options, images, cancellationToken);
        foreach (Diagnostic warning in plan.Warnings.Concat(BuildChecks.Run(input, plan)))
        {
            progress.Report(new BuildWarning(warning));
        }

        if (settings.Explain)
        {
            foreach (PlannedDecision decision in plan.Decisions)
            {
                progress.Report(new BuildNote($"line {decision.Line}: {decision.Text}"));
            }
        }

        using var http = new HttpClient();
        ContainerRunner? runner = null;
        using var session = new BuildSession(store, input.Contexts, StartAsync, http, settings, progress);
        if (store.Blobs.Fetcher is { } fetcher)
        {
            store.Blobs.Fetcher = new LayerFetchProgress(fetcher, progress, session.NextStep, cli.Clock).FetchAsync;
        }

        try
        {
            StoredImage image = await new ImageBuilder(session).BuildAsync(plan, input.Recipe, cancellationToken);
            foreach (ImageReference name in names)
            {
                await store.TagAsync(name, image.Target, cancellationToken);
            }

            await new CacheExport(session).RunAsync(plan, cancellationToken);
            return image;
        }
        finally
        {
            runner?.Dispose();
        }

        async Task<ContainerRunner> StartAsync()
        {
            SandboxHost host = await SandboxHost.DetectAsync(cancellationToken);
            foreach (Diagnostic warning in host.Warnings)
            {
                progress.Report(new BuildWarning(warning));
            }

            return runner = new ContainerRunner(host);
        }
    }

    private static async Task PushAsync(
        CliContext cli, ParseResult parsed, ImageStore store, StoredImage image, ImageReference[] names, IBuildProgress progress, CancellationToken cancellationToken)
    {
        if (names.Length == 0)
        {
            throw new UsageException("nothing-to-push", "--push needs a name to push to", "add -t REGISTRY/NAME:TAG");
        }

        var pusher = new ImagePusher(cli.Registries(parsed), store);
        foreach (ImageReference name in names)
        {
            var step = new StepId(int.MaxValue);
            long started = cli.Clock.GetTimestamp();
            progress.Report(new StepStarted(step, $"pushing {name.Familiar}"));
            await pusher.PushAsync(image, name, CompressionKind.Gzip, new StepTransfers(progress, step), cancellationToken);
            progress.Report(new StepFinished(step, cli.Clock.GetElapsedTime(started)));
        }
    }

    private static void WriteFiles(BuildFlags flags, ParseResult parsed, StoredImage image, ImageReference[] names)
    {
        if (parsed.GetValue(flags.IidFile) is { } idFile)
        {
            File.WriteAllText(idFile, image.Id.ToString());
        }

        if (parsed.GetValue(flags.MetadataFile) is { } metadataFile)
        {
            var metadata = new JsonObject
            {
                ["containerimage.config.digest"] = image.Id.ToString(),
                ["containerimage.digest"] = image.Target.Digest.ToString(),
                ["image.name"] = string.Join(',', names.Select(n => n.ToString())),
            };
            File.WriteAllText(metadataFile, metadata.ToJsonString() + "\n");
        }
    }
}
