using System.CommandLine;
using Slipway.Build.Scheduling;
using Slipway.Build.Sources;
using Slipway.Environments.Builds;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Store;
using Slipway.Packages.Archives;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Inputs;
using Slipway.PyPi.Installed;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.Cli.Commands.Pip;

/// <summary>Connections, caches and indexes of one command of <c>pip</c>.</summary>
internal sealed class PipSession : IDisposable
{
    private readonly CliContext _cli;
    private readonly PythonInput _asked;
    private readonly DateTimeOffset? _excludeNewer;
    private readonly IndexSession _indexes;
    private readonly PipBuilder _builder;
    private readonly Lazy<RemoteSources> _remote;
    private TemporaryFolder? _temporary;

    public PipSession(CliContext cli, PipFlags flags, ParseResult parsed, PipInput input)
        : this(cli, parsed, input.Asked, flags.ExcludeNewer(parsed))
    {
    }

    /// <param name="cli">Settings and the terminal.</param>
    /// <param name="parsed">The command line.</param>
    /// <param name="asked">What is wanted.</param>
    /// <param name="excludeNewer">Files that came later do not exist.</param>
    public PipSession(CliContext cli, ParseResult parsed, PythonInput asked, DateTimeOffset? excludeNewer)
    {
        (_cli, _asked, _excludeNewer) = (cli, asked, excludeNewer);
        Store = ImageStore.ResolveRoot(parsed.GetValue(cli.RootOption));
        string folder = Directory.GetCurrentDirectory();
        IndexSettings settings = IndexSettings.Of(cli.Config.Value.Python, CliContext.Environment).With(asked.Indexes, folder, CliContext.Environment).With(asked.File.Options, folder, CliContext.Environment);
        _indexes = new IndexSession(settings, Store, folder, CliContext.Environment, cli.Clock, request => Sources!.Authorize(request));
        _builder = new PipBuilder(Store, () => (_temporary ??= new TemporaryFolder(Store)).Path, Archives, BuildWheelsAsync);
        _remote = new Lazy<RemoteSources>(() => cli.Sources(cli.Store(parsed), new BuildSettings { Offline = NetworkAccess.IsForbidden }));
        Sources = new PipSources(Archives, () => (_temporary ??= new TemporaryFolder(Store)).Path, _builder, new GitSources(() => _remote.Value.Repositories));
    }

    /// <summary>The store's folder; what indexes say and the archives are kept in it.</summary>
    public string Store { get; }

    public ArchiveCache Archives => _indexes.Archives;

    /// <summary>Projects that are in the environment already and stay as they are: those of conda.</summary>
    public IReadOnlyDictionary<ProjectName, PythonVersion> Installed { get; init; } = new Dictionary<ProjectName, PythonVersion>();

    /// <summary>The environment that is added to, whose versions are kept where they fit; null: it is made anew.</summary>
    public InstalledPython? Existing { get; init; }

    /// <summary>What requirements name by address, and what has to be built.</summary>
    public PipSources Sources { get; }

    /// <summary>Finds the distributions of the input.</summary>
    /// <exception cref="DiagnosticException">There is no solution; the message says why.</exception>
    public async Task<PythonSolution> SolveAsync(PythonTarget target, IReadOnlyDictionary<ProjectName, PythonVersion> preferred, CancellationToken cancellationToken)
    {
        PythonResult result = await TrySolveAsync(target, preferred, cancellationToken);
        PythonSolution whole = result.SolutionFor(target), missing = whole with { Distributions = [.. whole.Distributions.Where(d => !InstalledPackages.IsThere(d.File))] };
        PythonSolution solution = HashPins.Apply(_asked.File, missing, target);
        await _cli.Error.WriteAsync(_cli.Diagnostics.Render(solution.Warnings));
        return solution;
    }

    /// <summary>As <see cref="SolveAsync"/>, but that there is none is an answer.</summary>
    public async Task<PythonResult> TrySolveAsync(PythonTarget target, IReadOnlyDictionary<ProjectName, PythonVersion> preferred, CancellationToken cancellationToken)
    {
        _asked.CheckPython(target, "Name another Python with --python.");
        _builder.Target = target;
        PythonRequest request = await _asked.ToRequestAsync(target, (written, _) => Task.FromResult(new Uri(Path.GetFullPath(written.Path!)).AbsoluteUri), Sources.NameOfAsync, cancellationToken) with
        {
            Preferred = preferred,
            Installed = Installed,
            ExcludeNewer = _excludeNewer,
        };
        IPythonPackages packages = new IndexPackages(_indexes.IndexesFor(_asked.BindingsFor(target)), Sources, cancellationToken);
        return await new PythonSolver(Existing is null ? packages : new InstalledPackages(packages, Existing)).SolveAsync(request, cancellationToken);
    }

    /// <summary>What the lock of the input has for a target.</summary>
    /// <exception cref="DiagnosticException">The lock is not for it, or files of it cannot be found.</exception>
    public async Task<IReadOnlyList<SelectedDistribution>> SelectAsync(LockInput locked, PythonTarget target, CancellationToken cancellationToken)
    {
        PythonLock found = await LockedFiles.FindAsync(locked, locked.For(target), () => _indexes.IndexesFor(_asked.BindingsFor(target)), cancellationToken);
        return locked.Select(found, target, name => _asked.File.Options.Binaries.Of(name) == true);
    }

    /// <summary>A solution whose files all have a hash, as a lock wants it: those of which nobody says one, such as files of a folder, are brought here and read.</summary>
    public async Task<PythonSolution> HashedAsync(PythonSolution solution, PythonTarget target, CancellationToken cancellationToken)
    {
        List<SolvedDistribution> distributions = [];
        foreach (SolvedDistribution one in solution.Distributions)
        {
            List<IndexFile> files = [];
            foreach (IndexFile file in one.Files.Where(f => f.IsSource || target.Tags.RankOf(f.Wheel!) is not null))
            {
                files.Add(file.Hashes.Count > 0 ? file : file with { Hashes = [ArchiveHash.TryCreate("sha256", (await Archives.GetAsync(file.ToArchiveSource(), static _ => { }, cancellationToken)).Digest.Hex)!] });
            }

            distributions.Add(one with { Files = files });
        }

        return solution with { Distributions = distributions };
    }

    /// <summary>The wheels that the environment lacks: of the lock, else of a solution.</summary>
    /// <param name="target">What they are for.</param>
    /// <param name="preferred">Versions to take where they fit.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">There is no solution, or the lock wants another version than one that has to stay.</exception>
    public async Task<IReadOnlyList<PipWheel>> MissingWheelsAsync(PythonTarget target, IReadOnlyDictionary<ProjectName, PythonVersion> preferred, CancellationToken cancellationToken)
    {
        if (_asked.Lock is not { } locked)
        {
            return await WheelsOfAsync(await SolveAsync(target, preferred, cancellationToken), cancellationToken);
        }

        List<SelectedDistribution> selected = [];
        List<Diagnostic> problems = [];
        foreach (SelectedDistribution one in await SelectAsync(locked, target, cancellationToken))
        {
            if (Installed.TryGetValue(one.Package.Name, out PythonVersion? fixedVersion))
            {
                problems.AddRange(fixedVersion == one.Package.Version ? [] : [new Diagnostic(
                    Severity.Error, "conda-has-it", $"{locked.Path} locks {one.Package}, and conda brings {one.Package.Name} {fixedVersion}", Help: "lock again: a Python package never replaces one of conda")]);
            }
            else if (Existing?.Find(one.Package.Name) is not { } there || there.Version != one.Package.Version || there.IsDirect || one.File is null)
            {
                selected.Add(one);
            }
        }

        return problems.Count == 0 ? await WheelsOfAsync(selected, target, cancellationToken) : throw new DiagnosticException(problems);
    }

    /// <summary>The wheels of a solution; what has none is built.</summary>
    public async Task<IReadOnlyList<PipWheel>> WheelsOfAsync(PythonSolution solution, CancellationToken cancellationToken)
    {
        List<PipWheel> wheels = [];
        foreach (SolvedDistribution one in solution.Distributions)
        {
            string expected = $"{one.Name} {one.Version}";
            wheels.Add(one.File is not { } file ? await Sources.WheelOfAsync(one.Url!, one.IsDirect, expected, cancellationToken)
                : new PipWheel(file.IsSource ? await Sources.BuildAsync(file.ToArchiveSource(), one.Name, cancellationToken) : file.ToArchiveSource(), one.IsDirect, null, expected));
        }

        return wheels;
    }

    /// <summary>The wheels of a lock's selection; what has none is built.</summary>
    public async Task<IReadOnlyList<PipWheel>> WheelsOfAsync(IReadOnlyList<SelectedDistribution> selected, PythonTarget target, CancellationToken cancellationToken)
    {
        _builder.Target = target;
        HashSet<ProjectName> needed = [.. selected.SelectMany(s => s.Package.Dependencies).Select(d => d.Name)];
        List<PipWheel> wheels = [];
        foreach (SelectedDistribution one in selected)
        {
            bool isRequested = !needed.Contains(one.Package.Name);
            wheels.Add(one.Package.Directory is null && one.Package.Archive is null && one.File is { } file
                ? new PipWheel(one.IsWheel ? PipInstallation.SourceOf(file, _asked.Lock!.Path) : await Sources.BuildAsync(PipInstallation.SourceOf(file, _asked.Lock!.Path), one.Package.Name, cancellationToken), isRequested, null, one.Package.ToString())
                : await Sources.WheelOfAsync(PipInstallation.AddressOf(one, _asked.Lock!.Path), isRequested, one.Package.ToString(), cancellationToken));
        }

        return wheels;
    }

    public void Dispose()
    {
        _builder.Dispose();
        if (_remote.IsValueCreated)
        {
            _remote.Value.Dispose();
        }

        _temporary?.Dispose();
        _indexes.Dispose();
    }

    // Of indexes only: what lies at an address may have to be built itself.
    private Task<IReadOnlyList<IndexFile>> BuildWheelsAsync(IReadOnlyList<Requirement> requirements, CancellationToken cancellationToken) => BuildRequirements.ChooseAsync(
        new IndexPackages(_indexes.Indexes, new FileSources(_indexes.Indexes, builder: null), cancellationToken),
        new PythonRequest { Target = _builder.Target!, Requirements = requirements, ExcludeNewer = _excludeNewer }, cancellationToken);
}
