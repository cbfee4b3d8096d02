using System.Collections.Concurrent;
using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes.Caching;
using Slipway.PyPi.Indexes.Metadata;
using Slipway.PyPi.Indexes.Pages;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Indexes;

/// <summary>
/// The indexes of a request: what files a project has, and what a file says of itself. May be asked from many threads; the same is asked once, and no more than
/// <see cref="MostRequests"/> requests are under way at a time.
/// </summary>
public sealed class PythonIndexes
{
    /// <summary>How many requests are sent at once.</summary>
    public const int MostRequests = 50;

    private readonly IndexSettings _settings;
    private readonly PageFetcher _pages;
    private readonly FindLinks _links;
    private readonly MetadataFetcher _metadata;
    private readonly ConcurrentDictionary<ProjectName, Lazy<Task<ProjectFiles>>> _projects = new();
    private readonly ConcurrentDictionary<string, Lazy<Task<CoreMetadata?>>> _heads = new(StringComparer.Ordinal);

    /// <param name="settings">Where packages may come from.</param>
    /// <param name="environment">What the machine has: connections, variables, the cache.</param>
    /// <exception cref="DiagnosticException">A place may not be asked as it is written, or a project is to come from an index that there is not.</exception>
    public PythonIndexes(IndexSettings settings, IndexEnvironment environment)
    {
        var gate = new SemaphoreSlim(MostRequests);
        var cache = new IndexCache(CacheIn(environment.Store), environment.Clock);
        _settings = settings;
        PackageIndex[] links = [.. settings.FindLinks.Select(text => PackageIndex.Parse(text, null, environment.Folder, environment.Variable))];
        Access = new IndexAccess(settings with { Indexes = [.. settings.Indexes, .. links] }, environment.Variable, environment.Netrc);
        _pages = new PageFetcher(cache, settings, Access, environment.Http, environment.Clock, gate);
        _links = new FindLinks(links, _pages);
        _metadata = new MetadataFetcher(cache, settings, Access, environment.Http, environment.Archive, gate);
        foreach (PackageIndex index in settings.Indexes.Concat(links))
        {
            Check(index);
        }

        if (settings.Packages.FirstOrDefault(p => settings.Indexes.All(i => !i.IsCalled(p.Value))) is { Value: not null } lost)
        {
            throw IndexProblems.UnknownIndex(lost.Key, lost.Value, settings.Indexes.Select(i => i.Name).OfType<string>());
        }
    }

    /// <summary>Puts the logins of the indexes into requests for their files.</summary>
    public IndexAccess Access { get; }

    /// <summary>The folder of what indexes said in a store.</summary>
    public static string CacheIn(string store) => IndexCache.RootIn(store);

    /// <summary>Removes what was kept of indexes and not used since then.</summary>
    /// <returns>The bytes that became free.</returns>
    public static long Prune(string cacheRoot, DateTimeOffset unusedSince, bool dryRun, CancellationToken cancellationToken) =>
        new IndexCache(cacheRoot, TimeProvider.System).Prune(unusedSince, dryRun, cancellationToken);

    /// <summary>Asks for projects that will be wanted soon; failures show when they are.</summary>
    public void Expect(IEnumerable<ProjectName> projects, CancellationToken cancellationToken)
    {
        foreach (ProjectName project in projects)
        {
            Started(_projects, project, () => FindAsync(project, cancellationToken)).Value.ContinueWith(
                static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    /// <summary>The files of a project, from where they may be taken (<see cref="IndexSettings.Strategy"/>); those of <c>--find-links</c> are always among them.</summary>
    /// <exception cref="DiagnosticException">An index that has to be asked cannot be, or answers something else than a page.</exception>
    public Task<ProjectFiles> GetProjectAsync(ProjectName project, CancellationToken cancellationToken) =>
        Once(_projects, project, () => FindAsync(project, cancellationToken));

    /// <summary>What a file says of itself; null: that is only known once it is built (a source distribution whose metadata are not static).</summary>
    /// <exception cref="DiagnosticException">They cannot be had, or are not those of the file.</exception>
    /// <exception cref="FormatException">They cannot be understood: the version that the file is of should be passed over.</exception>
    public Task<CoreMetadata?> GetMetadataAsync(IndexFile file, CancellationToken cancellationToken) =>
        Once(_heads, file.Url, () => _metadata.FetchAsync(file, cancellationToken));

    private async Task<ProjectFiles> FindAsync(ProjectName project, CancellationToken cancellationToken)
    {
        var selection = new FileSelection(project);
        List<string> asked = [], found = [];
        List<Diagnostic> warnings = [];
        ProjectStatus status = ProjectStatus.Active;
        if (!_settings.Packages.ContainsKey(project))
        {
            foreach (FoundLinks links in await _links.ReadAsync(cancellationToken))
            {
                selection.Add(links.Page, links.Name, 0);
                AddHostile(warnings, links.Name, links.Hostile);
            }
        }

        bool isLinked = selection.Files.Count > 0;
        PackageIndex[] indexes = [.. Candidates(project)];
        Task<KeptPage?>[] asking = _settings.Strategy == IndexStrategy.FirstIndex ? [] : [.. indexes.Select(i => PageAsync(i, project, cancellationToken))];
        for (int i = 0; i < indexes.Length; i++)
        {
            PackageIndex index = indexes[i];
            asked.Add(index.ToString());
            KeptPage? kept = asking.Length > 0 ? await asking[i] : await PageAsync(index, project, cancellationToken);
            if (kept?.Page is not { } page)
            {
                continue;
            }

            found.Add(index.ToString());
            AddHostile(warnings, index.ToString(), kept.Hostile);
            ProjectStatus here = StatusOf(page, project, index, warnings);
            status = here > status ? here : status;
            if (here != ProjectStatus.Quarantined)
            {
                selection.Add(page, index.Url, _settings.Strategy == IndexStrategy.UnsafeFirstMatch ? i : 0);
            }

            if (_settings.Strategy == IndexStrategy.FirstIndex)
            {
                break;
            }
        }

        return new ProjectFiles
        {
            Project = project,
            Files = selection.Files,
            IsKnown = isLinked || found.Count > 0,
            Asked = asked,
            FoundAt = found.Count == 1 ? found[0] : null,
            Status = status,
            Warnings = warnings,
            PassedOver = selection.PassedOver,
        };
    }

    private IEnumerable<PackageIndex> Candidates(ProjectName project) => _settings.Packages.TryGetValue(project, out string? only)
        ? _settings.Indexes.Where(i => i.IsCalled(only))
        : _settings.Indexes.Where(i => !i.IsExplicit);

    private async Task<KeptPage?> PageAsync(PackageIndex index, ProjectName project, CancellationToken cancellationToken)
    {
        if (!index.Address.IsFile)
        {
            return await _pages.FetchAsync(index, project, cancellationToken);
        }

        List<string> hostile = [];
        RawPage? page = await LocalPages.OfProjectAsync(index.Address.LocalPath, project, hostile, cancellationToken);
        return page is null ? null : new KeptPage { Source = index.Url, Page = page, Hostile = hostile };
    }

    private static ProjectStatus StatusOf(RawPage page, ProjectName project, PackageIndex index, List<Diagnostic> warnings)
    {
        (ProjectStatus status, string? what) = page.Status?.ToLowerInvariant() switch
        {
            "archived" => (ProjectStatus.Archived, "is archived: it will not be changed any more"),
            "deprecated" => (ProjectStatus.Deprecated, "is deprecated"),
            "quarantined" => (ProjectStatus.Quarantined, "is quarantined: it is held to be unsafe, and nothing of it is used"),
            _ => (ProjectStatus.Active, (string?)null),
        };
        if (what is not null)
        {
            warnings.Add(new Diagnostic(Severity.Warning, $"project-{page.Status!.ToLowerInvariant()}", $"{project} {what}, says {index}{(page.StatusReason is { Length: > 0 } reason ? $" ({reason})" : "")}"));
        }

        return status;
    }

    private static void AddHostile(List<Diagnostic> warnings, string place, IReadOnlyList<string> hostile)
    {
        if (hostile.Count > 0)
        {
            string first = string.Concat(hostile[0].Take(80).Select(c => char.IsControl(c) ? '?' : c));
            warnings.Add(new Diagnostic(
                Severity.Warning, "hostile-name", $"{place} offers {hostile.Count} {(hostile.Count == 1 ? "file" : "files")} under names that could leave a folder; nothing of them is used. The first: \"{first}\"",
                Help: "Tell its owner; if the others of its files are to be trusted is for you to say."));
        }
    }

    private void Check(PackageIndex index)
    {
        if (index.Address.Scheme == Uri.UriSchemeHttp && !index.Address.IsLoopback && !_settings.Trusts(index.Address))
        {
            throw IndexProblems.Insecure(index);
        }
    }

    private static Lazy<Task<T>> Started<TKey, T>(ConcurrentDictionary<TKey, Lazy<Task<T>>> all, TKey key, Func<Task<T>> work)
        where TKey : notnull => all.GetOrAdd(key, _ => new Lazy<Task<T>>(work));

    // What has failed may be asked for again, once somebody was told.
    private static async Task<T> Once<TKey, T>(ConcurrentDictionary<TKey, Lazy<Task<T>>> all, TKey key, Func<Task<T>> work)
        where TKey : notnull
    {
        Lazy<Task<T>> one = Started(all, key, work);
        try
        {
            return await one.Value;
        }
        catch
        {
            all.TryRemove(KeyValuePair.Create(key, one));
            throw;
        }
    }
}
