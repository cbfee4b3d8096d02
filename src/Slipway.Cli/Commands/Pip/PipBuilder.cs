using Slipway.Environments.Running;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.Packages.Entries;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Wheels;
using Slipway.Sandbox.Hosts;

namespace Slipway.Cli.Commands.Pip;

/// <summary>Builds what has no wheel, with this machine's Python in the sandbox; one after the other. The sandbox is looked for when the first one is needed.</summary>
/// <param name="store">The store's folder.</param>
/// <param name="temporary">A folder of this command.</param>
/// <param name="archives">Where archives are kept.</param>
/// <param name="solve">Chooses the wheels that a build needs.</param>
internal sealed class PipBuilder(string store, Func<string> temporary, ArchiveCache archives, Func<IReadOnlyList<Requirement>, CancellationToken, Task<IReadOnlyList<IndexFile>>> solve) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly List<WheelArchive> _wheels = [];
    private SourceBuilder? _builder;

    /// <summary>What is built for; set before anything is.</summary>
    public PythonTarget? Target { get; set; }

    public Task<CoreMetadata> GetMetadataAsync(BuildSource source, CancellationToken cancellationToken) => RunAsync(builder => builder.GetMetadataAsync(source, cancellationToken), cancellationToken);

    /// <summary>The wheel of a source, built if it is not there.</summary>
    public Task<ArchiveSource> BuildAsync(BuildSource source, CancellationToken cancellationToken) =>
        RunAsync(async builder => (await builder.BuildAsync(source, cancellationToken)).ToArchiveSource(), cancellationToken);

    public void Dispose()
    {
        _wheels.ForEach(w => w.Dispose());
        _one.Dispose();
    }

    private async Task<T> RunAsync<T>(Func<SourceBuilder, Task<T>> work, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return await work(_builder ??= await MakeAsync(cancellationToken));
        }
        finally
        {
            _one.Release();
        }
    }

    private async Task<SourceBuilder> MakeAsync(CancellationToken cancellationToken)
    {
        BasePython? python = await PipTargets.OfMachineAsync(cancellationToken);
        if (python is null || python.Target.ShortVersion != Target!.ShortVersion || python.Target.Architecture != Target.Architecture || python.Target.LibC.Kind != Target.LibC.Kind)
        {
            throw new DiagnosticException("no-builder", $"it has to be built with {Target}, and this machine has {python?.Target.ToString() ?? "no Python"}");
        }

        Rootless.ReExecuteIfNeeded(CliContext.Arguments);
        string folder = Directory.CreateDirectory(Path.Combine(temporary(), "builds")).FullName;
        IEnvironmentRunner runner = new SandboxedEnvironment(await SandboxHost.DetectAsync(cancellationToken), null, "/", Directory.CreateDirectory(Path.Combine(folder, "scratch")).FullName);
        return new SourceBuilder(python, runner, WheelsAsync, SourceBuilder.RootIn(store), folder);
    }

    private async Task<IReadOnlyList<BuildWheel>> WheelsAsync(IReadOnlyList<Requirement> requirements, CancellationToken cancellationToken)
    {
        IReadOnlyList<IndexFile> files = await solve(requirements, cancellationToken);
        IReadOnlyList<WheelArchive> wheels = await new WheelFetcher(archives, temporary()) { Shares = true }.FetchAsync([.. files.Select(f => f.ToArchiveSource())], cancellationToken);
        _wheels.AddRange(wheels);
        return [.. files.Zip(wheels, (file, wheel) => new BuildWheel(wheel, archives.Find(file.ToArchiveSource())?.Digest ?? throw new InvalidOperationException($"{file} was just fetched")))];
    }
}
