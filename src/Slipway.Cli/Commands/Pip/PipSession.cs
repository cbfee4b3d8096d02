using System.CommandLine;
using Slipway.Build.Scheduling;
using Slipway.Build.Sources;
using Slipway.Environments.Builds;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Store;
using Slipway.Packages.Archives;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
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
    private readonly PipInput _input;
    private readonly DateTimeOffset? _excludeNewer;
    private readonly IndexConnections _connections;
    private readonly PythonIndexes _indexes;
    private readonly PipBuilder _builder;
    private readonly Lazy<RemoteSources> _remote;
    private TemporaryFolder? _temporary;

    public PipSession(CliContext cli, PipFlags flags, ParseResult parsed, PipInput input)
    {
        (_cli, _input, _excludeNewer) = (cli, input, flags.ExcludeNewer(parsed));
        Store = ImageStore.ResolveRoot(parsed.GetValue(cli.RootOption));
        string folder = Directory.GetCurrentDirectory();
        IndexSettings settings = IndexSettings.Of(cli.Config.Value.Python, CliContext.Environment).With(input.File.Options, folder, CliContext.Environment);
        _connections = new IndexConnections(settings, cli.Clock);
        Archives = new ArchiveCache(ArchiveCache.RootIn(Store), _connections.Of, request =>
        {
            if (!Sources!.Authorize(request))
            {
                _indexes!.Access.Authorize(request);
            }
        })
        {
            PlacesOf = address => AddressMirrors.PlacesOf(settings.Mirrors, address),
        };
        _builder = new PipBuilder(Store, () => (_temporary ??= new TemporaryFolder(Store)).Path, Archives, BuildWheelsAsync);
        _remote = new Lazy<RemoteSources>(() => cli.Sources(cli.Store(parsed), new BuildSettings { Offline = NetworkAccess.IsForbidden }));
        Sources = new PipSources(Archives, () => (_temporary ??= new TemporaryFolder(Store)).Path, _builder, new GitSources(() => _remote.Value.Repositories));
        _indexes = new PythonIndexes(
            settings,
            new IndexEnvironment
            {
                Store = Store,
                Http = _connections.Of,
                Archive = async (file, token) => (await Archives.GetAsync(file.ToArchiveSource(), static _ => { }, token)).ArchivePath,
                Variable = CliContext.Environment,
                Netrc = NetrcFile.OfUser(CliContext.Environment),
                Folder = folder,
                Clock = cli.Clock,
            });
    }

    /// <summary>The store's folder; what indexes say and the archives are kept in it.</summary>
    public string Store { get; }

    public ArchiveCache Archives { get; }

    /// <summary>What requirements name by address, and what has to be built.</summary>
    public PipSources Sources { get; }

    /// <summary>Finds the distributions of the input.</summary>
    /// <exception cref="DiagnosticException">There is no solution; the message says why.</exception>
    public async Task<PythonSolution> SolveAsync(PythonTarget target, IReadOnlyDictionary<ProjectName, PythonVersion> preferred, CancellationToken cancellationToken)
    {
        PythonResult result = await TrySolveAsync(target, preferred, cancellationToken);
        if (result.Explanation is { } why)
        {
            throw new DiagnosticException(
                "unsolvable", $"There is no set of packages for {target} with all that is wanted:\n  {string.Join("\n  ", why.Lines)}", why.Hints.Count == 0 ? null : string.Join("; ", why.Hints));
        }

        PythonSolution solution = HashPins.Apply(_input.File, result.Solution!, target);
        await _cli.Error.WriteAsync(_cli.Diagnostics.Render(solution.Warnings));
        return solution;
    }

    /// <summary>As <see cref="SolveAsync"/>, but that there is none is an answer.</summary>
    public async Task<PythonResult> TrySolveAsync(PythonTarget target, IReadOnlyDictionary<ProjectName, PythonVersion> preferred, CancellationToken cancellationToken)
    {
        RequirementsOptions options = _input.File.Options;
        _builder.Target = target;
        List<Requirement> wanted = [];
        foreach (WrittenRequirement written in _input.Wanted)
        {
            wanted.Add(await NamedAsync(written, cancellationToken));
        }

        var request = new PythonRequest
        {
            Target = target,
            Requirements = wanted,
            Constraints = [.. _input.File.Requirements.Where(r => r.IsConstraint).Select(r => r.ToRequirement()).OfType<Requirement>()],
            Overrides = _input.Overrides,
            Preferred = preferred,
            ExcludeNewer = _excludeNewer,
            Prereleases = options.Prereleases.Of,
            FromSource = options.Binaries.Of,
            PreferBinary = options.PreferBinary,
        };
        return await new PythonSolver(new IndexPackages(_indexes, Sources, cancellationToken)).SolveAsync(request, cancellationToken);
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
                ? new PipWheel(one.IsWheel ? PipInstallation.SourceOf(file, _input.LockPath!) : await Sources.BuildAsync(PipInstallation.SourceOf(file, _input.LockPath!), one.Package.Name, cancellationToken), isRequested, null, one.Package.ToString())
                : await Sources.WheelOfAsync(PipInstallation.AddressOf(one, _input.LockPath!), isRequested, one.Package.ToString(), cancellationToken));
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
        _connections.Dispose();
    }

    // A path is an address of this machine; its name is what lies there.
    private async Task<Requirement> NamedAsync(WrittenRequirement written, CancellationToken cancellationToken)
    {
        string? url = written.Path is { } path ? new Uri(Path.GetFullPath(path)).AbsoluteUri : written.Url;
        if (url is null)
        {
            return written.ToRequirement()!;
        }

        ProjectName name = written.Name ?? await Sources.NameOfAsync(url, cancellationToken);
        return Requirement.Of(name) with { Url = url, Extras = written.Extras, Marker = written.Marker };
    }

    // Of indexes only: what lies at an address may have to be built itself.
    private Task<IReadOnlyList<IndexFile>> BuildWheelsAsync(IReadOnlyList<Requirement> requirements, CancellationToken cancellationToken) => BuildRequirements.ChooseAsync(
        new IndexPackages(_indexes, new FileSources(_indexes, builder: null), cancellationToken),
        new PythonRequest { Target = _builder.Target!, Requirements = requirements, ExcludeNewer = _excludeNewer }, cancellationToken);
}
