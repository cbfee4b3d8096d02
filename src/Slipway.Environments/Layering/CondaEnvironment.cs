using System.Collections.Immutable;
using Slipway.Conda.Linking;
using Slipway.Conda.Packages;
using Slipway.Conda.Records;
using Slipway.Packages.Contents;
using Slipway.Packages.Entries;
using Slipway.Environments.Locking;

namespace Slipway.Environments.Layering;

/// <summary>
/// The conda packages of an image. They are fetched and unpacked once, when something first needs more of them than the lock says; a build that finds all its layers never does.
/// </summary>
public sealed class CondaEnvironment : IDisposable
{
    private readonly PackageFetcher _fetcher;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lazy<Task<Contents>> _contents;

    /// <param name="packages">The packages.</param>
    /// <param name="options">Where they will be.</param>
    /// <param name="fetcher">Brings them here.</param>
    public CondaEnvironment(ImmutableArray<LockedCondaPackage> packages, LinkOptions options, PackageFetcher fetcher)
    {
        _fetcher = fetcher;
        Packages = packages;
        Options = options with { Python = packages.FirstOrDefault(p => p.Record.Name == "python")?.Record };
        Layers = LayerAssignment.Order(packages, p => p.Layer, p => p.Record.Name, p => p.Requested.Length > 0);
        _contents = new Lazy<Task<Contents>>(() => Task.Run(FetchAsync));
    }

    public ImmutableArray<LockedCondaPackage> Packages { get; }

    public LinkOptions Options { get; }

    /// <summary>The layers, lowest first.</summary>
    public IReadOnlyList<PackageLayer<LockedCondaPackage>> Layers { get; }

    /// <summary>The environment as a whole.</summary>
    /// <exception cref="Foundation.Text.DiagnosticException">A package cannot be had, or they cannot be put together.</exception>
    public async Task<LinkPlan> WholeAsync(CancellationToken cancellationToken) => (await ContentsAsync(cancellationToken)).Whole;

    /// <summary>A layer by itself: what its packages hold, as if there were no others.</summary>
    public async Task<IReadOnlyList<EnvironmentEntry>> PartAsync(PackageLayer<LockedCondaPackage> layer, CancellationToken cancellationToken)
    {
        Contents contents = await ContentsAsync(cancellationToken);
        LinkOptions options = Options with { Variables = new Dictionary<string, string>(), FrozenMessage = null };
        LinkPlan part = await LinkPlanner.PlanAsync(options, [.. layer.Packages.Select(package => contents.Inputs[package.Record.Name])], _fetcher.Threads, cancellationToken);
        return [.. part.Packages.SelectMany(EntriesOf), .. part.Own.Where(IsRecord).Select(entry => entry.ToEntry(""))];
    }

    /// <summary>
    /// What belongs to the environment and to no package, and wherever packages meet (a path of several, a folder that is another's link) whatever the layers alone would leave otherwise:
    /// laid over them it makes exactly the whole.
    /// </summary>
    public async Task<EnvironmentRest> RestAsync(CancellationToken cancellationToken)
    {
        LinkPlan whole = await WholeAsync(cancellationToken);
        List<IReadOnlyList<EnvironmentEntry>> layers = [];
        foreach (PackageLayer<LockedCondaPackage> layer in Layers)
        {
            layers.Add(await PartAsync(layer, cancellationToken));
        }

        return EnvironmentRest.Between(layers, [.. whole.Packages.SelectMany(EntriesOf), .. whole.Own.Select(entry => entry.ToEntry(""))]);
    }

    /// <summary>Who has which path, directories left out.</summary>
    public async Task<IReadOnlyDictionary<string, string>> OwnersAsync(CancellationToken cancellationToken) => (await WholeAsync(cancellationToken)).Packages
        .SelectMany(EntriesOf).Where(entry => entry.Kind != PackageMemberKind.Directory).ToDictionary(entry => entry.Path, entry => entry.Owner);

    /// <summary>Begins to fetch, and waits for it.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken) => await ContentsAsync(cancellationToken);

    public void Dispose()
    {
        _stop.Cancel();
        if (_contents.IsValueCreated)
        {
            try
            {
                foreach (LinkInput input in _contents.Value.GetAwaiter().GetResult().Inputs.Values)
                {
                    input.Package.Dispose();
                }
            }
            catch (Exception e) when (e is OperationCanceledException or Foundation.Text.DiagnosticException or IOException)
            {
                // Whoever waited for the packages was told; there is nothing to give back.
            }
        }

        _stop.Dispose();
    }

    private Task<Contents> ContentsAsync(CancellationToken cancellationToken) => _contents.Value.WaitAsync(cancellationToken);

    private async Task<Contents> FetchAsync()
    {
        IReadOnlyList<PackageRecord> records = [.. Packages.Select(package => package.Record)];
        IReadOnlyList<UnpackedPackage> unpacked = await _fetcher.FetchAsync(records, _stop.Token);
        LinkInput[] inputs = [.. Packages.Zip(unpacked).Select(pair => new LinkInput(pair.First.Record, pair.Second) { RequestedSpecs = pair.First.Requested })];
        try
        {
            LinkPlan whole = await LinkPlanner.PlanAsync(Options, inputs, _fetcher.Threads, _stop.Token);
            return new Contents(inputs.ToDictionary(input => input.Record.Name), whole);
        }
        catch
        {
            foreach (LinkInput input in inputs)
            {
                input.Package.Dispose();
            }

            throw;
        }
    }

    private static bool IsRecord(LinkEntry entry) => entry.Path.EndsWith(".json", StringComparison.Ordinal);

    private static IEnumerable<EnvironmentEntry> EntriesOf(LinkedPackage package) =>
        package.Entries.Select(entry => entry.ToEntry($"{package.Input.Record.Name} {package.Input.Record.Version} (conda)"));

    private sealed record Contents(IReadOnlyDictionary<string, LinkInput> Inputs, LinkPlan Whole);
}
