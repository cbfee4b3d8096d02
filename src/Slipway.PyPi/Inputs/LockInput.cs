using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;

namespace Slipway.PyPi.Inputs;

/// <summary>A lock that packages are taken from: one of PEP 751, or another tool's.</summary>
public sealed record LockInput
{
    private readonly PythonLock? _own;
    private readonly ForeignLock? _foreign;

    public LockInput(string path, ProjectChoice choice, PythonLock own) => (Path, Choice, _own) = (path, choice, own);

    public LockInput(string path, ProjectChoice choice, ForeignLock foreign) => (Path, Choice, _foreign) = (path, choice, foreign);

    /// <summary>The lock's file, as it was named; paths in it are seen from its folder.</summary>
    public string Path { get; }

    /// <summary>What is taken of it.</summary>
    public ProjectChoice Choice { get; }

    /// <summary>The projects in it, for whatever target.</summary>
    public IEnumerable<ProjectName> Names => _foreign?.Packages.Select(p => p.Distribution.Name) ?? _own!.Packages.Select(p => p.Name);

    /// <summary>Indexes that the lock names, for files of which it has no address.</summary>
    public IReadOnlyList<NamedIndex> Indexes => _foreign is null ? [] :
    [
        .. _foreign.Indexes,
        .. Located.Select(p => p.Distribution.Index).OfType<string>().Where(i => i.Contains("://", StringComparison.Ordinal)).Distinct().Select(i => new NamedIndex(NameOf(i), new WrittenText(i, default), false, true)),
    ];

    /// <summary>Which of them a project comes from; not said: from those that are asked for all.</summary>
    public IEnumerable<(ProjectName Name, string Index)> Bindings =>
        from package in Located
        let index = package.Distribution.Index is { } written ? NameOf(written) : null
        where index is not null && Indexes.Any(i => i.Name == index && i.IsExplicit)
        select (package.Distribution.Name, index);

    /// <summary>Hashes of which the lock does not say whose they are, by the package.</summary>
    public ILookup<(ProjectName, Versions.PythonVersion?), FileHash> Hashes =>
        (_foreign?.Packages ?? []).SelectMany(p => p.Hashes.Select(h => (Key: (p.Distribution.Name, p.Distribution.Version), h))).ToLookup(p => p.Key, p => p.h);

    // What has to be looked for on an index.
    private IEnumerable<ForeignPackage> Located => (_foreign?.Packages ?? []).Where(p => LockedFiles.MustBeFound(p.Distribution));

    /// <summary>The projects of it that are folders, for whatever target, as far as they are taken.</summary>
    public IEnumerable<LockedDirectory> Folders => _foreign is null ? _own!.Packages.Select(p => p.Directory).OfType<LockedDirectory>()
        : _foreign.Packages.Where(p => !p.IsVirtual && (!p.IsRoot || Choice.WithProject)).Select(p => p.Distribution.Directory).OfType<LockedDirectory>();

    /// <summary>What the lock has for a target, as a lock for it; the project itself is not among it unless that was chosen, only what it needs.</summary>
    /// <exception cref="DiagnosticException">There is no such extra or group.</exception>
    public PythonLock For(PythonTarget target)
    {
        if (_foreign is not { } foreign)
        {
            return _own!;
        }

        List<Diagnostic> problems = [];
        IReadOnlyList<ExtraName> extras = Choice.ExtrasOf(foreign.ExtraNames, Path, problems);
        IReadOnlyList<string> groups = Choice.GroupsOf(foreign.GroupNames, Path, problems);
        Throw(problems);
        HashSet<ProjectName> roots = [.. foreign.Packages.Where(p => p.IsRoot && !Choice.WithProject).Select(p => p.Distribution.Name)];
        LockedDistribution[] packages = [.. foreign.For(target.Environment, extras, groups).Where(p => !roots.Contains(p.Name))];
        return new PythonLock { CreatedBy = "", RequiresPython = foreign.RequiresPython, Packages = Tidy(packages) };
    }

    /// <summary>What an installer takes of such a lock.</summary>
    /// <param name="from">The lock of <see cref="For"/>, with all that was found out about its files.</param>
    /// <param name="target">The target.</param>
    /// <param name="prefersSource">Whether a project is to be built although there is a wheel.</param>
    /// <exception cref="DiagnosticException">The lock is not for the target, or there is no such extra or group.</exception>
    public IReadOnlyList<SelectedDistribution> Select(PythonLock from, PythonTarget target, Func<ProjectName, bool> prefersSource)
    {
        List<Diagnostic> problems = [];
        ExtraName[] extras = _own is null ? [] : [.. Choice.ExtrasOf(from.Extras, Path, problems)];
        string[] groups = _own is null ? [] : [.. from.DefaultGroups, .. Choice.GroupsOf(from.DependencyGroups, Path, problems)];
        Throw(problems);
        return LockSelection.Select(from, new LockChoice { Environment = target.Environment, RankOf = target.Tags.RankOf, Extras = extras, DependencyGroups = groups, PrefersSource = prefersSource });
    }

    /// <summary>A path that the lock names, absolute.</summary>
    public string Absolute(string path) => System.IO.Path.GetFullPath(path, System.IO.Path.GetDirectoryName(System.IO.Path.GetFullPath(Path))!);

    private static string NameOf(string index) => UrlCredentials.Strip(index);

    // Conditions were answered for the target; a dependency that is not wanted there is none.
    private static LockedDistribution[] Tidy(LockedDistribution[] packages)
    {
        HashSet<ProjectName> here = [.. packages.Select(p => p.Name)];
        return [.. packages.Select(p => p with { Marker = null, Dependencies = [.. p.Dependencies.Where(d => here.Contains(d.Name)).DistinctBy(d => d.Name).Select(d => new LockedDependency(d.Name))] })];
    }

    private static void Throw(List<Diagnostic> problems)
    {
        if (problems.Count > 0)
        {
            throw new DiagnosticException(problems);
        }
    }
}
