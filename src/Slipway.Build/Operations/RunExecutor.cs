using System.Text;
using Slipway.Build.Cache;
using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Dockerfile;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Sandbox.Containers;
using Slipway.Sandbox.Security;

namespace Slipway.Build.Operations;

/// <summary>Carries out RUN: mounts the parent's trees, runs the command, and makes a layer of what it changed.</summary>
internal sealed class RunExecutor(BuildSession session, Func<Operation, Task<FileSystemState>> results)
{
    private readonly CopyExecutor _copies = new(session, results);

    public async Task<StepKey> KeyAsync(
        RunOperation operation, FileSystemState parent, string slot, KeyBuilder key, CancellationToken cancellationToken)
    {
        operation.Describe(key);
        key.Add("parent", parent.Chain.ToString());
        bool exact = true;
        foreach (PlannedMount mount in operation.Run.Mounts)
        {
            if (mount.From is ContextSource context)
            {
                Digest layer = await _copies.ContextLayerAsync(context, mount.Source, operation.Origin, cancellationToken);
                key.Add("mount.content", layer.ToString());
            }
            else if (mount is { Kind: MountKind.Bind, From: OperationSource })
            {
                exact = false;
            }
        }

        if (exact)
        {
            return new StepKey(slot, key, null);
        }

        KeyBuilder quick = await WithMountsAsync(key, operation, WholeAsync);
        return new StepKey(slot, quick, token => WithMountsAsync(key, operation, m => ContentAsync(m, operation.Origin, token)));
    }

    public async Task<StepResult> ExecuteAsync(RunOperation operation, FileSystemState parent, StepId step, CancellationToken cancellationToken)
    {
        RunDefinition run = operation.Run;
        ContainerRunner runner = await operation.Origin.LocateAsync(session.RunnerAsync);
        IReadOnlyList<string> trees = await SnapshotMounts.TreesAsync(session.Store.Layers, parent, cancellationToken);
        SnapshotTree below = await session.TreeAsync(parent, cancellationToken);
        string scratch = session.Store.CreateTemporaryDirectory("run");
        try
        {
            using var mounts = new RunMounts(session, _copies, results, operation.Origin);
            foreach (PlannedMount mount in run.Mounts)
            {
                await mounts.AddAsync(mount, cancellationToken);
            }

            string upper = await ContainerFolder.PrepareUpperAsync(scratch, below, cancellationToken);
            ContainerSpec spec = Spec(run, mounts) with
            {
                Root = new RootFileSystem(trees, upper, Directory.CreateDirectory(Path.Combine(scratch, "work")).FullName)
                {
                    Fixups = SnapshotMounts.Fixups(below.Snapshot, session.Settings.Timestamp),
                },
            };
            using var output = new StepOutput(session.Progress, session.Logs, step);
            ContainerResult result = await operation.Origin.LocateAsync(() => runner.RunAsync(spec, new CapturedIo(output.Write), cancellationToken));
            if (!result.Succeeded)
            {
                DiagnosticException failure = RunFailure.Of(operation, result, output, session);
                await ShellAsync(runner, spec, scratch, step, failure.Diagnostics[0], cancellationToken);
                throw failure;
            }

            Layer layer = await OverlayDiff.CreateLayerAsync(
                session.Store.Layers, upper, path => below.Snapshot.Lookup(path)?.Entry, session.LayerOptions, cancellationToken);
            return new StepResult(layer.IsEmpty ? null : layer.DiffId);
        }
        finally
        {
            ContainerFolder.Remove(scratch);
        }
    }

    private ContainerSpec Spec(RunDefinition run, RunMounts mounts)
    {
        List<SandboxMount> all = [.. mounts.Mounts];
        if (run.Script is { } script)
        {
            all.Add(new FileMount($"{CommandLine.ScriptDirectory}/{script.Name}", Encoding.UTF8.GetBytes(script.Data), 0x1ED, 0, 0));
        }

        return new ContainerSpec
        {
            Root = new RootFileSystem([], "", ""),
            Arguments = run.Arguments,
            Environment = [$"SOURCE_DATE_EPOCH={session.Settings.Timestamp}", .. run.ProxyEnvironment, .. run.Environment, .. mounts.Environment],
            WorkingDirectory = run.WorkingDirectory,
            User = run.User,
            Mounts = all,
            Network = session.Settings.Offline ? NetworkMode.None : run.Network,
            Hostname = run.Hostname,
            ExtraHosts = run.ExtraHosts,
            Security = run.Insecure ? SecurityProfile.Insecure : SecurityProfile.Default,
            Devices = [.. run.Devices.Select(d => d.Split(',')[0])],
            SharedMemoryBytes = run.ShmSize ?? 64 << 20,
        };
    }

    private async Task ShellAsync(
        ContainerRunner runner, ContainerSpec spec, string scratch, StepId step, Diagnostic failure, CancellationToken cancellationToken)
    {
        if (!session.Settings.ShellOnError || Console.IsInputRedirected)
        {
            return;
        }

        string work = Directory.CreateDirectory(Path.Combine(scratch, "shell-work")).FullName;
        session.Progress.Report(new BuildNote($"{failure.Message}\n{failure.Help}\nThis is a shell in what the step left behind; 'exit' ends it.", step));
        session.Progress.Report(new StepShell(step, Open: true));
        await FailedStepShell.RunAsync(runner, spec with { Root = spec.Root with { Work = work } }, cancellationToken);
        session.Progress.Report(new StepShell(step, Open: false));
    }

    private static async Task<KeyBuilder> WithMountsAsync(KeyBuilder start, RunOperation operation, Func<PlannedMount, Task<Digest>> digest)
    {
        var key = new KeyBuilder();
        foreach (KeyPart part in start.Parts)
        {
            key.Add(part.Name, part.Value);
        }

        foreach (PlannedMount mount in operation.Run.Mounts.Where(m => m is { Kind: MountKind.Bind, From: OperationSource }))
        {
            key.Add("mount.content", (await digest(mount)).ToString());
        }

        return key;
    }

    private async Task<Digest> WholeAsync(PlannedMount mount) => (await results(((OperationSource)mount.From!).Operation)).Chain;

    private async Task<Digest> ContentAsync(PlannedMount mount, StepOrigin origin, CancellationToken cancellationToken)
    {
        SnapshotTree tree = await session.TreeAsync(await results(((OperationSource)mount.From!).Operation), cancellationToken);
        ResolvedPath source = await PathResolver.ResolveAsync(tree, mount.Source, followLast: true, cancellationToken);
        FileNode node = source.Node ?? throw await MissingSource.ErrorAsync(tree, mount.Source, mount.From!.Name, origin, cancellationToken);
        var layout = new CopyLayout(EmptyTree.Instance, null, null);
        if (node.Kind == FileKind.Directory)
        {
            await layout.PlaceContentAsync(tree, source.Path, "content", _ => false, cancellationToken);
        }
        else
        {
            await layout.PlaceAsync(tree, node, "content", cancellationToken);
        }

        return LayoutWriter.DigestOf(await LayoutWriter.WithDigestsAsync(layout.Finish(), cancellationToken));
    }
}
