using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;
using Slipway.Resolution;

namespace Slipway.PyPi.Solving;

/// <summary>What the solver asks about Python distributions.</summary>
internal sealed class PythonProvider(IPythonPackages packages, PythonRequest request, RequestPolicies policies) : IPackageProvider
{
    private readonly ReleaseSelection _selection = new(request, policies);
    private readonly List<Release[]?> _releases = [];
    private readonly Dictionary<ProjectName, ProjectFiles> _projects = [];
    private readonly Dictionary<Release, CoreMetadata> _metadata = new(ReferenceEqualityComparer.Instance);
    private DependencyReader? _reader;

    /// <summary>Names and version sets.</summary>
    public RequirementTable Table { get; } = new();

    /// <summary>Which requirements hold.</summary>
    public DependencyReader Reader => _reader ??= new DependencyReader(request, policies, Table);

    public NameId NameOf(VersionSetId set) => Table.NameOf(set);

    public async ValueTask<CandidateList> GetCandidatesAsync(NameId name, CancellationToken cancellationToken)
    {
        ProjectName project = Table.ProjectOf(name);
        Release[] releases = await LoadAsync(project, cancellationToken);
        if (Table.ExtraOf(name) is not null)
        {
            return new CandidateList(releases.Length) { ShadowOf = Table.Name(project), DependenciesAreLocal = packages.MetadataIsLocal };
        }

        return new CandidateList(releases.Length)
        {
            DependenciesAreLocal = packages.MetadataIsLocal,
            Preferred = request.Preferred.TryGetValue(project, out PythonVersion? preferred) ? Array.FindIndex(releases, r => r.Version == preferred) : -1,
            Excluded = [.. releases.Index().Where(r => r.Item.Excluded is not null).Select(r => new Exclusion(r.Index, r.Item.Excluded!))],
        };
    }

    public void Match(VersionSetId set, CandidateMask matching)
    {
        VersionSpecifiers specifiers = Table.SpecifiersOf(set);
        Release[] releases = ReleasesOf(Table.NameOf(set));
        for (int i = 0; i < releases.Length; i++)
        {
            if (specifiers.Contains(releases[i].Version))
            {
                matching.Add(i);
            }
        }
    }

    public async ValueTask<DependencyList> GetDependenciesAsync(NameId name, int candidate, CancellationToken cancellationToken)
    {
        Release release = ReleasesOf(name)[candidate];
        if (release.IsInstalled)
        {
            return default; // whoever put it there saw to what it needs
        }

        CoreMetadata metadata;
        try
        {
            metadata = await MetadataAsync(release, cancellationToken);
        }
        catch (FormatException e)
        {
            return new DependencyList { Unknown = $"its metadata cannot be used: {e.Message}" };
        }

        return _selection.FitsPython(metadata.RequiresPython) ? Reader.Read(metadata, Table.ExtraOf(name)) : new DependencyList { Unknown = _selection.NeedsPython(metadata.RequiresPython!) };
    }

    public void Expect(ReadOnlySpan<NameId> names)
    {
        List<ProjectName> projects = [];
        foreach (NameId name in names)
        {
            ProjectName project = Table.ProjectOf(name);
            if (Known(project) is null && !policies.Urls.ContainsKey(project) && !request.Installed.ContainsKey(project))
            {
                projects.Add(project);
            }
        }

        packages.Expect(projects);
    }

    public void ExpectDependencies(NameId name, int candidate)
    {
        if (ReleasesOf(name)[candidate] is { Metadata: null, MetadataFile: { } file })
        {
            packages.ExpectMetadata(file);
        }
    }

    public string Describe(NameId name) => Table.TextOf(name);

    public string Describe(VersionSetId set)
    {
        NameId name = Table.NameOf(set);
        return policies.Urls.TryGetValue(Table.ProjectOf(name), out string? url) && Table.SpecifiersOf(set).IsAny
            ? $"{Table.TextOf(name)} @ {UrlCredentials.Strip(url)}"
            : Table.TextOf(name) + Table.SpecifiersOf(set);
    }

    public string Describe(NameId name, IReadOnlyList<int> candidates)
    {
        Release[] releases = ReleasesOf(name);
        return candidates.Count == releases.Length && candidates.Count > 1
            ? $"any {Table.TextOf(name)}"
            : $"{Table.TextOf(name)} {RangeText.Of(releases.Select(r => r.Version).Order(), candidates.Select(c => releases[c].Version).ToHashSet().Contains)}";
    }

    public VersionSetId? AnyOf(NameId name) => Table.ExtraOf(name) is null ? Table.Set(name, VersionSpecifiers.Any) : null;

    public string? Hint(VersionSetId unmatched)
    {
        NameId name = Table.NameOf(unmatched);
        ProjectName project = Table.ProjectOf(name);
        if (policies.Urls.TryGetValue(project, out string? url) && Known(project) is [var only])
        {
            return $"{project} lies at {UrlCredentials.Strip(url)} in version {only.Version}, and is taken from there alone.";
        }

        return Table.ExtraOf(name) is null && _projects.TryGetValue(project, out ProjectFiles? files) ? SolveHints.For(files, Known(project) ?? []) : null;
    }

    /// <summary>The version of a pick.</summary>
    public Release ReleaseOf(Pick pick) => ReleasesOf(pick.Name)[pick.Candidate];

    /// <summary>What the indexes said of a project; null when none was asked.</summary>
    public ProjectFiles? FilesOf(ProjectName project) => _projects.GetValueOrDefault(project);

    /// <summary>The metadata of a version, from memory after the first time.</summary>
    public async ValueTask<CoreMetadata> MetadataAsync(Release release, CancellationToken cancellationToken)
    {
        if (!_metadata.TryGetValue(release, out CoreMetadata? metadata))
        {
            _metadata[release] = metadata = release.Metadata ?? await packages.GetMetadataAsync(
                release.MetadataFile ?? throw new InvalidOperationException("a version without files is never chosen"), cancellationToken);
        }

        return metadata;
    }

    private Release[]? Known(ProjectName project) => Table.Name(project) is var name && name.Value < _releases.Count ? _releases[name.Value] : null;

    private Release[] ReleasesOf(NameId name) => Known(Table.ProjectOf(name)) ?? throw new InvalidOperationException("the candidates have not been asked for");

    private async ValueTask<Release[]> LoadAsync(ProjectName project, CancellationToken cancellationToken)
    {
        NameId name = Table.Name(project);
        while (_releases.Count <= name.Value)
        {
            _releases.Add(null);
        }

        return _releases[name.Value] ??= await ReadAsync(project, cancellationToken);
    }

    private async ValueTask<Release[]> ReadAsync(ProjectName project, CancellationToken cancellationToken)
    {
        if (request.Installed.TryGetValue(project, out PythonVersion? installed))
        {
            return [new Release(installed) { IsInstalled = true }];
        }

        if (policies.Urls.TryGetValue(project, out string? url))
        {
            CoreMetadata metadata = await packages.GetDirectAsync(project, url, cancellationToken);
            return [new Release(metadata.Version) { Metadata = metadata, Url = url }];
        }

        ProjectFiles files = await packages.GetProjectAsync(project, cancellationToken);
        _projects[project] = files;
        return _selection.Select(project, files.Files);
    }
}
