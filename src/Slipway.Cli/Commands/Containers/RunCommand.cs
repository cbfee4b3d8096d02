using System.CommandLine;
using Slipway.Build.Contexts;
using Slipway.Build.Frontend;
using Slipway.Build.Operations;
using Slipway.Build.Scheduling;
using Slipway.Build.Sources;
using Slipway.Cli.Commands.Images;
using Slipway.Cli.Commands.Images.Inputs;
using Slipway.Cli.Rendering;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;
using Slipway.Sandbox.Containers;
using Slipway.Sandbox.Hosts;
using RootFileSystem = Slipway.Sandbox.Containers.RootFileSystem;

namespace Slipway.Cli.Commands.Containers;

/// <summary><c>run</c>: runs an image in the foreground.</summary>
internal static class RunCommand
{
    public static Command Create(CliContext cli)
    {
        var flags = new RunFlags();
        var command = new Command("run", "Run a command in a new container of an image") { flags.Image, flags.Command };
        foreach (Option option in flags.All)
        {
            command.Options.Add(option);
        }

        command.SetAction((parsed, token) => RunAsync(cli, flags, parsed, token));
        return command;
    }

    private static async Task<int> RunAsync(CliContext cli, RunFlags flags, ParseResult parsed, CancellationToken cancellationToken)
    {
        foreach (string note in RunSpecReader.PortNotes(flags, parsed))
        {
            await cli.Error.WriteLineAsync(note);
        }

        ImageStore store = cli.Store(parsed);
        StoredImage image = await ImageAsync(cli, flags, parsed, store, cancellationToken);
        var state = new FileSystemState([.. image.Config.DiffIds]);
        SnapshotTree tree = await SnapshotTree.LoadAsync(store.Layers, state.Layers, cancellationToken);
        IReadOnlyList<string> trees = await SnapshotMounts.TreesAsync(store.Layers, state, cancellationToken);
        SandboxHost host = await SandboxHost.DetectAsync(cancellationToken);
        await cli.Error.WriteAsync(cli.Diagnostics.Render(host.Warnings));

        string scratch = store.CreateTemporaryDirectory("container");
        try
        {
            var root = new RootFileSystem(
                trees,
                await ContainerFolder.PrepareUpperAsync(scratch, tree, cancellationToken),
                Directory.CreateDirectory(Path.Combine(scratch, "work")).FullName)
            {
                Fixups = SnapshotMounts.Fixups(tree.Snapshot, LayerWriterOptions.DefaultTimestamp),
            };
            ContainerSpec spec = RunSpecReader.Read(flags, parsed, image.Config.Config, root);
            using var runner = new ContainerRunner(host);
            var io = new InheritedIo(parsed.GetValue(flags.Interactive), parsed.GetValue(flags.Tty));
            ContainerResult result = await runner.RunAsync(spec, io, CancellationToken.None); // signals go to the container, which decides when to end
            if (result.Failure is { } failure)
            {
                await cli.Error.WriteAsync(cli.Diagnostics.Render(Explain(failure, spec)));
            }

            return result.ExitCode;
        }
        finally
        {
            ContainerFolder.Remove(scratch);
        }
    }

    private static async Task<StoredImage> ImageAsync(CliContext cli, RunFlags flags, ParseResult parsed, ImageStore store, CancellationToken cancellationToken)
    {
        string name = parsed.GetValue(flags.Image)!;
        Platform platform = parsed.GetValue(flags.Platform) is { } given ? Platform.Parse(given) : Platform.Host;
        if (name.StartsWith('.') || name.StartsWith('/'))
        {
            return await BuildAsync(cli, parsed, name, store, cancellationToken);
        }

        string pull = parsed.GetValue(flags.Pull) ?? "missing";
        if (pull is not ("always" or "missing" or "never"))
        {
            throw new UsageException("bad-value", $"--pull {pull}: expected always, missing or never");
        }

        if (pull != "always" && await store.ResolveAsync(name, platform, cancellationToken) is { } local)
        {
            return local;
        }

        ImageReference reference = ImageReference.Parse(name);
        if (pull == "never")
        {
            throw new DiagnosticException("no-such-image", $"{reference.Familiar} is not in the store", "leave --pull=never away, or load it first");
        }

        await TransferProgressScope.RunAsync(
            cli, $"pulling {reference.Familiar}", quiet: false,
            progress => new ImagePuller(cli.Registries(parsed), store) { Unpacks = true }.PullAsync(reference, platform, progress, cancellationToken));
        return (await store.FindAsync(reference, platform, cancellationToken))!;
    }

    private static async Task<StoredImage> BuildAsync(CliContext cli, ParseResult parsed, string path, ImageStore store, CancellationToken cancellationToken)
    {
        var flags = new BuildFlags();
        var build = new Command("build") { flags.Path };
        foreach (Option option in flags.ForBuild)
        {
            build.Options.Add(option);
        }

        ParseResult buildFlags = build.Parse([path]);
        var settings = new BuildSettings { Offline = NetworkAccess.IsForbidden };
        using RemoteSources sources = cli.Sources(store, settings);
        using BuildInput input = await BuildInputReader.ReadAsync(cli, flags, buildFlags, store, sources, new BuildManner(settings, PullPolicy.Missing), cancellationToken);
        using ProgressRenderer progress = ProgressRenderer.Create(ProgressMode.Auto, CliContext.Environment, cli.Clock);
        return (await BuildCommand.BuildAsync(cli, parsed, new BuildJob(input, settings, PullPolicy.Missing, sources, [], []), store, progress, cancellationToken)).Images[0];
    }

    private static Diagnostic Explain(StartFailure failure, ContainerSpec spec) => new(
        Severity.Error,
        "cannot-start",
        $"the container could not be started: {failure.Message.Trim()}",
        Help: failure.Kind switch
        {
            StartFailureKind.NotFound => $"the image has no program '{spec.Arguments[0]}'; check the name, or use --entrypoint",
            StartFailureKind.NotExecutable => $"'{spec.Arguments[0]}' is there but cannot be executed; check its mode and its #! line",
            _ => null,
        });
}
