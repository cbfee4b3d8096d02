using Slipway.Foundation.Text;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;
using Slipway.Resolution;

namespace Slipway.PyPi.Solving;

/// <summary>
/// Looks for what would help when there is no solution, by trying: another version of a requirement or one requirement less, pre-releases, another Python. Each hint names a solution that was found.
/// </summary>
/// <param name="packages">The packages of the search that failed.</param>
internal sealed class PythonRelief(TracedPackages packages)
{
    private const int MaximumQuestions = 200;

    private const int MaximumConflicts = 1000;

    private const int OldestMinor = 9, NewestMinor = 14, MaximumPythons = 4;

    // Packages may leave out a Python's first patches, and hardly ever its last.
    private const int LatePatch = 20;

    /// <summary>The hints, the solver's own before.</summary>
    /// <param name="request">What has no solution.</param>
    /// <param name="search">The search that found none.</param>
    /// <param name="explanation">Why.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<IReadOnlyList<string>> FindAsync(PythonRequest request, PreparedSearch search, Explanation explanation, CancellationToken cancellationToken)
    {
        List<string> hints = [.. explanation.Hints];
        packages.Bound(MaximumQuestions);
        try
        {
            if (!packages.MetadataIsLocal)
            {
                PreparedSearch again = await PreparedSearch.OfAsync(packages, request, cancellationToken);
                hints.AddRange(await Solver.FindReliefAsync(again.Provider, again.Request, explanation, cancellationToken));
            }

            IEnumerable<NameId> names = explanation.Facts.OfType<Fact.Depends>().Select(f => f.Dependency.Set).Concat(search.Request.Wishes.Select(w => w.Set)).Select(search.Provider.NameOf);
            if (names.Any(n => request.Prereleases(search.Provider.Table.ProjectOf(n)) == false) && await WithPrereleasesAsync(request, cancellationToken) is { } prereleases)
            {
                hints.Add(prereleases);
            }

            if (explanation.Facts.OfType<Fact.Excluded>().Any() && await WithPythonAsync(request, cancellationToken) is { } python)
            {
                hints.Add(python);
            }
        }
        catch (Exception e) when (e is EnoughAskedException or DiagnosticException)
        {
            // An index that cannot be asked for more takes nothing from the explanation, which is what the user has to read.
        }

        return hints;
    }

    // They count anyway where no stable version fits, unless the request says that they do not exist.
    private async Task<string?> WithPrereleasesAsync(PythonRequest request, CancellationToken cancellationToken)
    {
        PreparedSearch search = await PreparedSearch.OfAsync(packages, request with { Prereleases = project => request.Prereleases(project) == true ? true : null }, cancellationToken);
        if (await TryAsync(search, cancellationToken) is not { } solution)
        {
            return null;
        }

        string[] chosen = [.. solution.Picks.Where(p => search.Provider.Table.ExtraOf(p.Name) is null && search.Provider.ReleaseOf(p).Version.IsPrerelease).Select(p => search.Provider.Describe(p.Name, [p.Candidate]))];
        return chosen.Length == 0 ? null : $"there is a solution with pre-releases: {string.Join(", ", chosen)} (--only-final excludes them)";
    }

    // What a project needs may differ by Python, and so do its wheels; the nearest one that would do is named, a newer one before an older.
    private async Task<string?> WithPythonAsync(PythonRequest request, CancellationToken cancellationToken)
    {
        PythonTarget target = request.Target;
        int own = (int)target.Python.Minor;
        foreach (int minor in Enumerable.Range(OldestMinor, NewestMinor - OldestMinor + 1).Where(m => m != own).OrderBy(m => Math.Abs(m - own)).ThenByDescending(m => m).Take(MaximumPythons))
        {
            var other = new PythonTarget(PythonVersion.Parse($"3.{minor}.{LatePatch}"), target.LibC, target.Architecture, target.IsFreeThreaded);
            if (await TryAsync(await PreparedSearch.OfAsync(packages, request with { Target = other }, cancellationToken), cancellationToken) is not null)
            {
                return $"there is a solution for Python 3.{minor}";
            }
        }

        return null;
    }

    private static async Task<Solution?> TryAsync(PreparedSearch search, CancellationToken cancellationToken) =>
        await Solver.TryAsync(search.Provider, search.Request with { MaximumConflicts = MaximumConflicts }, cancellationToken);
}
