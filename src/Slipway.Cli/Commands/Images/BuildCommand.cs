using System.Collections.Immutable;
using System.CommandLine;
using Slipway.Build.Cache;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Build.Sources;
using Slipway.Cli.Commands.Images.Inputs;
using Slipway.Cli.Commands.Images.Outputs;
using Slipway.Cli.Commands.Store;
using Slipway.Cli.Rendering;
using Slipway.Foundation.Text;
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
        var command = new Command("build", "Build an image from a Dockerfile, or from a repository's environment files") { flags.Path };
        foreach (Option option in flags.ForBuild)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, token) => BuildAsync(cli, flags, parsed, token));
        return command;
    }

    private static async Task<int> BuildAsync(CliContext cli, BuildFlags flags, ParseResult parsed, CancellationToken cancellationToken)
    {
        ImmutableArray<ImageReference> names = [.. (parsed.GetValue(flags.Tag) ?? []).Select(ImageReference.Parse)];
        BuildSettings settings = SharedCacheReader.Read(cli, flags, parsed, BuildSettingsReader.Read(flags, parsed));
        PullPolicy pull = BuildSettingsReader.Pull(parsed.GetValue(flags.Pull));
        ImageStore store = cli.Store(parsed);
        long? budget = StorageBudget.Of(cli, store, parsed.GetValue(flags.KeepStorage));
        using RemoteSources sources = cli.Sources(store, settings);
        using BuildInput input = await BuildInputReader.ReadAsync(cli, flags, parsed, store, sources, new BuildManner(settings, pull), cancellationToken);
        ImmutableArray<OutputSpec> outputs = OutputReader.Read(flags, parsed, names, input.Platforms);
        bool quiet = parsed.GetValue(flags.Quiet);
        using ProgressRenderer? renderer = quiet ? null
            : ProgressRenderer.Create(Enum.Parse<ProgressMode>(parsed.GetValue(flags.Progress)!, ignoreCase: true), CliContext.Environment, cli.Clock);
        IBuildProgress progress = renderer is null ? SilentProgress.Instance : renderer;

        long started = cli.Clock.GetTimestamp();
        BuiltImage built = await BuildAsync(cli, parsed, new BuildJob(input, settings, pull, sources, outputs, names), store, progress, cancellationToken);
        renderer?.Dispose();
        ResultFiles.Write(flags, parsed, built, names);
        await StorageBudget.KeepAsync(cli, store, budget, quiet, cancellationToken);
        if (!quiet)
        {
            await cli.Error.WriteLineAsync(Summary(built, names, outputs, cli.Clock.GetElapsedTime(started)));
        }
        else if (!outputs.Any(output => output.ToStandardOutput))
        {
            await cli.Out.WriteLineAsync(ResultFiles.IdOf(built));
        }

        return 0;
    }

    /// <summary>Plans, builds and writes the outputs; for <c>build</c> and for <c>run ./PATH</c>.</summary>
    public static async Task<BuiltImage> BuildAsync(
        CliContext cli, ParseResult parsed, BuildJob job, ImageStore store, IBuildProgress progress, CancellationToken cancellationToken)
    {
        cli.WarnThrough(progress is SilentProgress ? null : warning => progress.Report(new BuildWarning(warning)));
        try
        {
            return job.Input is MadeInput made ? await WriteMadeAsync(cli, parsed, job, made.Image, store, progress, cancellationToken)
                : await BuildAsync(cli, parsed, job, store, new WarningWatch(progress), cancellationToken);
        }
        finally
        {
            cli.WarnThrough(null);
        }
    }

    private static async Task<BuiltImage> WriteMadeAsync(
        CliContext cli, ParseResult parsed, BuildJob job, BuiltImage made, ImageStore store, IBuildProgress progress, CancellationToken cancellationToken)
    {
        progress.Report(new BuildNote("nothing has changed since this image was built"));
        int steps = 0;
        var outputs = new BuildOutputs(store, () => cli.Registries(parsed), cli.Clock, progress, () => new StepId(Interlocked.Increment(ref steps)));
        return await outputs.WriteAsync(made, job.Outputs, job.Names, cancellationToken);
    }

    private static async Task<BuiltImage> BuildAsync(
        CliContext cli, ParseResult parsed, BuildJob job, ImageStore store, WarningWatch progress, CancellationToken cancellationToken)
    {
        (BuildInput input, BuildSettings settings) = (job.Input, job.Settings);
        var bases = new BaseImageOptions { Pull = job.Pull, Offline = settings.Offline, Note = text => progress.Report(new BuildNote(text)) };
        var images = new StoreBaseImages(store, new ImagePuller(cli.Registries(parsed), store), new ResolvedTags(store, cli.Clock), bases);
        IReadOnlyList<Plan> plans = await input.PlanAsync(images, progress, cancellationToken);
        await new PlanCheck(store, job.Sources, new ForeignPrograms()).RunAsync(plans, cancellationToken);
        foreach (Diagnostic warning in plans.SelectMany(plan => plan.Warnings).Concat(input.Check(plans[0])).Distinct())
        {
            progress.Report(new BuildWarning(warning));
        }

        if (settings.Explain)
        {
            foreach (PlannedDecision decision in plans.SelectMany(plan => plan.Decisions).Distinct())
            {
                progress.Report(new BuildNote($"line {decision.Line}: {decision.Text}"));
            }
        }

        ContainerRunner? runner = null;
        using var session = new BuildSession(store, input.Contexts, StartAsync, job.Sources, settings, progress);
        if (store.Blobs.Fetcher is { } fetcher)
        {
            store.Blobs.Fetcher = new LayerFetchProgress(fetcher, progress, session.NextStep, cli.Clock).FetchAsync;
        }

        try
        {
            BuiltImage built = await new ImageBuilder(session).BuildAsync(plans, input.Recipe, cancellationToken);
            if (!progress.HasWarned)
            {
                await input.KeepAsync(built, cancellationToken);
            }

            var outputs = new BuildOutputs(store, () => cli.Registries(parsed), cli.Clock, progress, session.NextStep);
            built = await outputs.WriteAsync(built, job.Outputs, job.Names, cancellationToken);
            await new CacheExport(session).RunAsync(plans, cancellationToken);
            return built;
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

    private static string Summary(BuiltImage built, ImmutableArray<ImageReference> names, ImmutableArray<OutputSpec> outputs, TimeSpan time)
    {
        string name = !names.IsEmpty ? string.Join(", ", names.Select(n => n.Familiar))
            : outputs.Select(o => o.Destination).OfType<string>().FirstOrDefault() is { } place ? (place == "-" ? "to standard output" : place)
            : outputs.SelectMany(o => o.Names).FirstOrDefault()?.Familiar ?? "without a name (give one with -t)";
        string what = built.IsIndex
            ? string.Concat(built.Images.Select(image => $"\n  image  {image.Id} for {image.Config.Platform}, {Amounts.Bytes(image.Size)}"))
            : $"\n  size   {Amounts.Bytes(built.Images[0].Size)}\n  layers {built.Images[0].Config.DiffIds.Count}";
        return $"built {name}\n  id     {ResultFiles.IdOf(built)}{what}\n  time   {time.TotalSeconds:0.0} s";
    }
}
