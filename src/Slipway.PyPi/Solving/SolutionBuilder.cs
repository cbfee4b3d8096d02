using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.Resolution;

namespace Slipway.PyPi.Solving;

/// <summary>Tells of each chosen distribution why it is there and what the user should know of it.</summary>
internal sealed class SolutionBuilder(PythonProvider provider)
{
    private readonly List<Diagnostic> _warnings = [];

    /// <param name="solution">What the solver chose.</param>
    /// <param name="wanted">The requirements of the request that hold, overrides applied.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public async Task<PythonSolution> BuildAsync(Solution solution, IReadOnlyList<Requirement> wanted, CancellationToken cancellationToken)
    {
        ILookup<ProjectName, ExtraName> extras = solution.Picks.Where(p => provider.Table.ExtraOf(p.Name) is not null)
            .ToLookup(p => provider.Table.ProjectOf(p.Name), p => provider.Table.ExtraOf(p.Name)!.Value);
        foreach (Pick pick in solution.Picks.Where(p => provider.Table.ExtraOf(p.Name) is not null && provider.ReleaseOf(p).IsInstalled))
        {
            _warnings.Add(new Diagnostic(
                Severity.Warning, "extra-of-installed", $"What {provider.Describe(pick.Name)} adds is not brought in: {provider.Table.ProjectOf(pick.Name)} is in the environment already.",
                Help: "Ask for what the extra needs by its own name."));
        }

        List<SolvedDistribution> all = [];
        foreach (Pick pick in solution.Picks.Where(p => provider.Table.ExtraOf(p.Name) is null && !provider.ReleaseOf(p).IsInstalled))
        {
            ProjectName project = provider.Table.ProjectOf(pick.Name);
            all.Add(await DescribeAsync(project, provider.ReleaseOf(pick), [.. extras[project].Order()], cancellationToken));
        }

        ILookup<ProjectName, RequiredBy> via = wanted.Select(r => (r.Name, By: new RequiredBy(null, r)))
            .Concat(all.OrderBy(d => d.Name).SelectMany(d => d.Dependencies.Where(r => r.Name != d.Name).Select(r => (r.Name, By: new RequiredBy(d.Name, r)))))
            .ToLookup(v => v.Name, v => v.By);
        return new PythonSolution([.. all.OrderBy(d => d.Name).Select(d => d with { Via = [.. via[d.Name]] })], _warnings);
    }

    private async Task<SolvedDistribution> DescribeAsync(ProjectName project, Release release, ExtraName[] extras, CancellationToken cancellationToken)
    {
        CoreMetadata metadata = await provider.MetadataAsync(release, cancellationToken);
        Warn(project, release, metadata, extras);
        return new SolvedDistribution
        {
            Name = project,
            Version = release.Version,
            File = release.File,
            Url = release.Url,
            Files = release.Files,
            Metadata = metadata,
            Extras = extras,
            Dependencies = [.. extras.Select(e => (ExtraName?)e).Prepend(null).SelectMany(e => provider.Reader.Requirements(metadata, e)).Distinct()],
        };
    }

    private void Warn(ProjectName project, Release release, CoreMetadata metadata, ExtraName[] extras)
    {
        _warnings.AddRange(provider.FilesOf(project)?.Warnings ?? []);
        if (release.File?.Yanked is { } reason)
        {
            _warnings.Add(new Diagnostic(
                Severity.Warning, "yanked", $"{project} {release.Version} was yanked{(reason.Length > 0 ? $" ({reason.TrimEnd('.')})" : "")}.", Help: "It is used because exactly this version is asked for; a newer one is probably better."));
        }

        foreach (ExtraName extra in extras.Where(e => !metadata.ProvidesExtra.Contains(e) && provider.Reader.Requirements(metadata, e).Count == 0))
        {
            _warnings.Add(new Diagnostic(
                Severity.Warning, "unknown-extra", $"{project} {release.Version} has no extra {extra}.",
                Help: metadata.ProvidesExtra.Count == 0 ? "It has none." : $"It has {string.Join(", ", metadata.ProvidesExtra.Take(10))}."));
        }
    }
}
