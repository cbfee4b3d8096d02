using System.Collections.Concurrent;
using Slipway.Build.Cache;
using Slipway.Build.Contexts;
using Slipway.Build.Progress;
using Slipway.Build.Sources;
using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;
using Slipway.Images.Store;
using Slipway.Sandbox.Caches;
using Slipway.Sandbox.Containers;

namespace Slipway.Build.Scheduling;

/// <summary>What all steps of one build share.</summary>
public sealed class BuildSession : IDisposable
{
    private readonly ConcurrentDictionary<Digest, Lazy<Task<SnapshotTree>>> _trees = new();
    private readonly Lazy<Task<ContainerRunner>> _runner;
    private int _lastStep;

    /// <param name="store">Where results go.</param>
    /// <param name="contexts">The build contexts by name; the main one is <c>context</c>.</param>
    /// <param name="runner">Starts the sandbox; called once, and only if a command has to be run.</param>
    /// <param name="sources">Downloads and repositories for ADD.</param>
    /// <param name="settings">How to build.</param>
    /// <param name="progress">Hears what happens.</param>
    public BuildSession(
        ImageStore store,
        IReadOnlyDictionary<string, IBuildContext> contexts,
        Func<Task<ContainerRunner>> runner,
        RemoteSources sources,
        BuildSettings settings,
        IBuildProgress progress)
    {
        (Store, Contexts, Sources, Settings, Progress) = (store, contexts, sources, settings, progress);
        _runner = new Lazy<Task<ContainerRunner>>(runner);
        Caches = new CacheMounts(Path.Combine(store.Root, "cache-v1"));
        Logs = new StepLogs(Path.Combine(store.Root, "logs-v1"));
        Slots = new SemaphoreSlim(settings.Jobs);
        SharedCaches = new SharedCaches(settings.CacheFrom, Slots, progress);
        Steps = new StepCache(store, SharedCaches);
    }

    public ImageStore Store { get; }

    public IReadOnlyDictionary<string, IBuildContext> Contexts { get; }

    public RemoteSources Sources { get; }

    public BuildSettings Settings { get; }

    public IBuildProgress Progress { get; }

    public CacheMounts Caches { get; }

    public StepLogs Logs { get; }

    /// <summary>Bounds the steps that work at the same time; waiting for inputs takes no slot.</summary>
    public SemaphoreSlim Slots { get; }

    internal SharedCaches SharedCaches { get; }

    internal StepCache Steps { get; }

    /// <summary>The steps that are done, by their operation's definition.</summary>
    internal ConcurrentDictionary<Digest, FinishedStep> Finished { get; } = new();

    /// <summary>The ids of the cache mounts that steps used.</summary>
    internal ConcurrentDictionary<string, bool> UsedMounts { get; } = new();

    public LayerWriterOptions LayerOptions => new() { Timestamp = Settings.Timestamp };

    public Task<ContainerRunner> RunnerAsync() => _runner.Value;

    public StepId NextStep() => new(Interlocked.Increment(ref _lastStep));

    /// <summary>The files of a stack; its indexes are loaded once.</summary>
    public Task<SnapshotTree> TreeAsync(FileSystemState state, CancellationToken cancellationToken) =>
        _trees.GetOrAdd(state.Chain, _ => new Lazy<Task<SnapshotTree>>(
            () => SnapshotTree.LoadAsync(Store.Layers, state.Layers, cancellationToken))).Value;

    /// <summary>Forgets the files of stacks that could not be read.</summary>
    internal void ForgetTrees() => _trees.Clear();

    public void Dispose() => Slots.Dispose();
}
