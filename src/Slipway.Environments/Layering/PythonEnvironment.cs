using System.Collections.Immutable;
using Slipway.Environments.Locking;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.Packages.Entries;
using Slipway.PyPi.Wheels;

namespace Slipway.Environments.Layering;

/// <summary>The Python packages of an image. As <see cref="CondaEnvironment"/> they are fetched once, when something first needs more of them than the lock says.</summary>
public sealed class PythonEnvironment : IDisposable
{
    private readonly WheelFetcher _fetcher;
    private readonly Func<CancellationToken, Task<IReadOnlyDictionary<string, string>>> _taken;
    private readonly Func<LockedPythonPackage, CancellationToken, Task<ArchiveSource>> _bring;
    private readonly CancellationTokenSource _stop = new();
    private readonly Lazy<Task<IReadOnlyDictionary<string, WheelInput>>> _wheels;

    /// <param name="packages">The packages.</param>
    /// <param name="scheme">Where they go.</param>
    /// <param name="basics">What is there besides: the files of a virtual environment; none in a conda environment.</param>
    /// <param name="fetcher">Brings them here.</param>
    /// <param name="surroundings">Names what builds see of the image.</param>
    /// <param name="bring">Gives the wheel of what has to be built, or is a file of the repository.</param>
    /// <param name="taken">Paths that others have in the prefix, with their owners.</param>
    public PythonEnvironment(
        ImmutableArray<LockedPythonPackage> packages, InstallScheme scheme, IReadOnlyList<EnvironmentEntry> basics, WheelFetcher fetcher,
        string surroundings, Func<LockedPythonPackage, CancellationToken, Task<ArchiveSource>> bring, Func<CancellationToken, Task<IReadOnlyDictionary<string, string>>> taken)
    {
        (Packages, Scheme, Basics, _fetcher, Surroundings, _bring, _taken) = (packages, scheme, basics, fetcher, surroundings, bring, taken);
        Layers = LayerAssignment.Order(packages, p => p.Layer, p => p.Name, p => p.IsRequested);
        _wheels = new Lazy<Task<IReadOnlyDictionary<string, WheelInput>>>(() => Task.Run(FetchAsync));
    }

    public ImmutableArray<LockedPythonPackage> Packages { get; }

    public InstallScheme Scheme { get; }

    /// <summary>Names what builds see of the image.</summary>
    public string Surroundings { get; }

    /// <summary>Where the repository's files are in the image.</summary>
    public required string ProjectFolder { get; init; }

    /// <summary>Files that do not get into the image; null: all do.</summary>
    public LeftOutFiles? LeftOut { get; init; }

    /// <summary>What is there besides the packages.</summary>
    public IReadOnlyList<EnvironmentEntry> Basics { get; }

    /// <summary>The layers, lowest first.</summary>
    public IReadOnlyList<PackageLayer<LockedPythonPackage>> Layers { get; }

    /// <summary>A layer by itself: what its packages hold, as if there were no others.</summary>
    public async Task<IReadOnlyList<EnvironmentEntry>> PartAsync(PackageLayer<LockedPythonPackage> layer, CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, WheelInput> wheels = await _wheels.Value.WaitAsync(cancellationToken);
        return [.. WheelInstallPlanner.Plan(Scheme, [.. layer.Packages.Select(p => wheels[p.Name])], new WheelInstallOptions { AllowClashes = true, LeftOut = LeftOut }, cancellationToken).Entries];
    }

    /// <summary>What belongs to no package, and whatever the layers alone would leave otherwise.</summary>
    /// <exception cref="DiagnosticException">Packages want the same path, or one that conda has.</exception>
    public async Task<EnvironmentRest> RestAsync(CancellationToken cancellationToken)
    {
        IReadOnlyDictionary<string, WheelInput> wheels = await _wheels.Value.WaitAsync(cancellationToken);
        WheelPlan whole = WheelInstallPlanner.Plan(
            Scheme, [.. Packages.Select(p => wheels[p.Name])], new WheelInstallOptions { AllowClashes = true, LeftOut = LeftOut, Taken = await _taken(cancellationToken) }, cancellationToken);
        List<IReadOnlyList<EnvironmentEntry>> layers = [];
        foreach (PackageLayer<LockedPythonPackage> layer in Layers)
        {
            layers.Add(await PartAsync(layer, cancellationToken));
        }

        return EnvironmentRest.Between(layers, [.. Basics, .. whole.Entries]);
    }

    /// <summary>
    /// Files that lie over those of packages and have other bytes, with the packages. Only of packages that are on this machine: layers may have come from elsewhere, and nothing is fetched for this.
    /// </summary>
    public async Task<IReadOnlyList<(string Path, string Owner)>> CoveredAsync(IEnumerable<EnvironmentEntry> entries, CancellationToken cancellationToken)
    {
        if (_wheels.IsValueCreated)
        {
            await _wheels.Value.WaitAsync(cancellationToken);
        }

        Dictionary<string, EnvironmentEntry> over = entries.Where(e => e.Sha256 is not null).DistinctBy(e => e.Path).ToDictionary(e => e.Path, StringComparer.Ordinal);
        List<(string Path, string Owner)> covered = [];
        foreach (LockedPythonPackage package in Packages.Where(p => !p.IsSource))
        {
            cancellationToken.ThrowIfCancellationRequested();
            foreach (RecordLine line in _fetcher.Find(package.ToArchiveSource()) is { } here ? WheelPaths.Of(here.ArchivePath) : [])
            {
                if (over.TryGetValue($"{Scheme.Purelib}/{line.Path}", out EnvironmentEntry? entry) && line.Hash.Length > 0 && RecordLine.Of(line.Path, entry.Sha256!, entry.Size).Hash != line.Hash)
                {
                    covered.Add((line.Path, $"{package.Name} {package.Version}"));
                }
            }
        }

        return covered;
    }

    /// <summary>Begins to fetch, and waits for it.</summary>
    public async Task PrepareAsync(CancellationToken cancellationToken) => await _wheels.Value.WaitAsync(cancellationToken);

    public void Dispose()
    {
        _stop.Cancel();
        if (_wheels.IsValueCreated)
        {
            try
            {
                foreach (WheelInput wheel in _wheels.Value.GetAwaiter().GetResult().Values)
                {
                    wheel.Wheel.Dispose();
                }
            }
            catch (Exception e) when (e is OperationCanceledException or DiagnosticException or IOException)
            {
                // Whoever waited for the packages was told; there is nothing to give back.
            }
        }

        _stop.Dispose();
    }

    private async Task<IReadOnlyDictionary<string, WheelInput>> FetchAsync()
    {
        List<ArchiveSource> sources = [];
        foreach (LockedPythonPackage package in Packages)
        {
            sources.Add(package.IsSource || package.LocalPath is not null ? await _bring(package, _stop.Token) : package.ToArchiveSource());
        }

        IReadOnlyList<WheelArchive> archives = await _fetcher.FetchAsync(sources, _stop.Token);
        try
        {
            return Packages.Zip(archives).ToDictionary(pair => pair.First.Name, pair => InputOf(pair.First, pair.Second));
        }
        catch
        {
            foreach (WheelArchive archive in archives)
            {
                archive.Dispose();
            }

            throw;
        }
    }

    private WheelInput InputOf(LockedPythonPackage package, WheelArchive wheel) =>
        wheel.Name.Project.Value == package.Name && wheel.Name.Version.ToString() == package.Version ? new WheelInput(wheel) { IsRequested = package.IsRequested, DirectUrl = package.OriginIn(ProjectFolder) }
        : throw new DiagnosticException("wrong-wheel", $"{package.FileName} is {wheel.Name.Project} {wheel.Name.Version}, and the lock says {package.Name} {package.Version}.", "Make the lock again: slipway lock");
}
