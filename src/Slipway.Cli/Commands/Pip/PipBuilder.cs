using Slipway.Environments.Running;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.Packages.Entries;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.Sandbox.Hosts;

namespace Slipway.Cli.Commands.Pip;

/// <summary>Builds what has no wheel, with this machine's Python in the sandbox; one after the other. The sandbox is looked for when the first one is needed.</summary>
internal sealed class PipBuilder : IDisposable
{
    private readonly string _store;
    private readonly Func<string> _temporary;
    private readonly BuildQueue _queue;

    /// <param name="store">The store's folder.</param>
    /// <param name="temporary">A folder of this command.</param>
    /// <param name="archives">Where archives are kept.</param>
    /// <param name="solve">Chooses the wheels that a build needs.</param>
    public PipBuilder(string store, Func<string> temporary, ArchiveCache archives, Func<IReadOnlyList<Requirement>, CancellationToken, Task<IReadOnlyList<IndexFile>>> solve) =>
        (_store, _temporary, _queue) = (store, temporary, new BuildQueue(archives, temporary, solve, MakeAsync));

    /// <summary>What is built for; set before anything is.</summary>
    public PythonTarget? Target { get; set; }

    public Task<CoreMetadata> GetMetadataAsync(BuildSource source, CancellationToken cancellationToken) => _queue.GetMetadataAsync(source, cancellationToken);

    /// <summary>The wheel of a source, built if it is not there.</summary>
    public Task<ArchiveSource> BuildAsync(BuildSource source, CancellationToken cancellationToken) => _queue.BuildAsync(source, cancellationToken);

    public void Dispose() => _queue.Dispose();

    private async Task<SourceBuilder> MakeAsync(BuildWheelSolver solve, CancellationToken cancellationToken)
    {
        BasePython? python = await PipTargets.OfMachineAsync(cancellationToken);
        if (python is null || python.Target.ShortVersion != Target!.ShortVersion || python.Target.Architecture != Target.Architecture || python.Target.LibC.Kind != Target.LibC.Kind)
        {
            throw new DiagnosticException("no-builder", $"it has to be built with {Target}, and this machine has {python?.Target.ToString() ?? "no Python"}");
        }

        Rootless.ReExecuteIfNeeded(CliContext.Arguments);
        string folder = Directory.CreateDirectory(Path.Combine(_temporary(), "builds")).FullName;
        IEnvironmentRunner runner = new SandboxedEnvironment(await SandboxHost.DetectAsync(cancellationToken), null, "/", Directory.CreateDirectory(Path.Combine(folder, "scratch")).FullName);
        return new SourceBuilder(python, runner, solve, SourceBuilder.RootIn(_store), folder);
    }
}
