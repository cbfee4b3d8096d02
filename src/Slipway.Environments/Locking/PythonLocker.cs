using System.Collections.Immutable;
using Slipway.Environments.Builds;
using Slipway.Environments.Building;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Inputs;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.Environments.Locking;

/// <summary>Finds the Python packages of a recipe for one target.</summary>
internal sealed class PythonLocker(EnvironmentServices services)
{
    /// <param name="wish">What is wanted.</param>
    /// <param name="target">The Python they are for.</param>
    /// <param name="installed">Projects that conda brings.</param>
    /// <param name="before">Versions to take again where they fit.</param>
    /// <param name="excludeNewer">Files that came later do not exist.</param>
    /// <param name="open">Makes what builds, with the indexes that what it needs comes from.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>The packages by name, whose layers are not decided, and the repository's own projects.</returns>
    /// <exception cref="DiagnosticException">There is no such set; the message says why.</exception>
    public async Task<PythonPicks> LockAsync(
        PythonWish wish, PythonTarget target, IReadOnlyDictionary<ProjectName, PythonVersion> installed, IReadOnlyDictionary<ProjectName, PythonVersion> before, DateTimeOffset? excludeNewer,
        Func<IndexSession, ImageBuilds> open, CancellationToken cancellationToken)
    {
        if (wish.IsEmpty)
        {
            return new PythonPicks([], []);
        }

        PythonInput input = wish.Input;
        input.CheckPython(target, "Name another base image with base: in slipway.yml, or a Python in runtime.txt.");
        using IndexSession session = Open(wish);
        using ImageBuilds builds = open(session);
        (ImmutableArray<LockedProject> projects, List<Requirement> needed) = await ProjectsAsync(wish, target, builds, cancellationToken);
        PythonIndexes indexes = session.IndexesFor(input.BindingsFor(target));
        IEnumerable<LockedPythonPackage> found = input.Lock is { } locked
            ? OfLock(locked.Select(await LockedFiles.FindAsync(locked, locked.For(target), () => indexes, cancellationToken), target, name => input.File.Options.Binaries.Of(name) == true))
            : await SolveAsync(input, needed, target, installed, before, excludeNewer, indexes, builds, cancellationToken);
        List<LockedPythonPackage> packages = [];
        foreach (LockedPythonPackage package in found.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            packages.Add(package.IsSource ? package with { BuiltWith = Wheels(await builds.WheelsForAsync(package, cancellationToken)) } : package);
        }

        return new PythonPicks([.. packages], projects);
    }

    /// <summary>The indexes that a wish is looked up in, and the archives they lead to; the caller's.</summary>
    public IndexSession Open(PythonWish wish) =>
        new(services.Indexes.With(wish.Input.Indexes, services.Folder, services.Variables).With(wish.Input.File.Options, services.Folder, services.Variables), services.Store.Root, services.Folder, services.Variables, services.Clock);

    // What a project needs is only locked, never the project: it changes with every edit.
    private static async Task<(ImmutableArray<LockedProject> Projects, List<Requirement> Needed)> ProjectsAsync(PythonWish wish, PythonTarget target, ImageBuilds builds, CancellationToken cancellationToken)
    {
        List<LockedProject> projects = [];
        List<Requirement> needed = [];
        foreach (WishedProject wished in wish.Projects.Where(p => p.Marker?.Evaluate(target.Environment, MarkerContext.Requirement) ?? true))
        {
            ProjectName? name = wished.Name;
            if (wished.IsDynamic)
            {
                CoreMetadata metadata = await builds.MetadataAsync(wished.Folder, cancellationToken);
                name = metadata.Project;
                needed.AddRange(ProjectNeeds.Of(metadata, wished.Extras, target.Environment));
            }

            projects.Add(new LockedProject(name!.Value.Value, wished.Folder, Wheels(await builds.WheelsForAsync(wished.Folder, cancellationToken))) { Extras = [.. wished.Extras.Select(e => e.Value)] });
        }

        return ([.. projects.OrderBy(p => p.Folder, StringComparer.Ordinal)], needed);
    }

    private static ImmutableArray<LockedPythonPackage> Wheels(IReadOnlyList<ArchiveSource> wheels) =>
    [
        .. wheels.Select(wheel => (File: wheel, Name: WheelFileName.TryParse(wheel.FileName, out WheelFileName? name) ? name : throw new InvalidOperationException($"{wheel.FileName} is a wheel"))).Select(wheel => new LockedPythonPackage
        {
            Name = wheel.Name.Project.Value,
            Version = wheel.Name.Version.ToString(),
            Url = wheel.File.Url,
            FileName = wheel.File.FileName,
            Sha256 = wheel.File.Sha256 ?? throw NoHash(wheel.File.FileName),
            Size = wheel.File.Size,
        }).OrderBy(p => p.FileName, StringComparer.Ordinal),
    ];

    private async Task<IEnumerable<LockedPythonPackage>> SolveAsync(
        PythonInput input, List<Requirement> needed, PythonTarget target, IReadOnlyDictionary<ProjectName, PythonVersion> installed, IReadOnlyDictionary<ProjectName, PythonVersion> before,
        DateTimeOffset? excludeNewer, PythonIndexes indexes, ImageBuilds builds, CancellationToken cancellationToken)
    {
        PythonRequest request = await input.ToRequestAsync(target, (written, _) => throw new DiagnosticException(written.Problem(
            "not-from-an-index", $"{written} is neither of an index nor a folder of the repository", "put the file into a folder of the repository and name that with --find-links")), builds.NameOfAsync, cancellationToken);
        request = request with { Requirements = [.. request.Requirements, .. needed], Installed = installed, Preferred = before, ExcludeNewer = excludeNewer };
        PythonResult result = await new PythonSolver(new IndexPackages(indexes, new FileSources(indexes, builds.Metadata), cancellationToken)).SolveAsync(request, cancellationToken);
        PythonSolution solution = HashPins.Apply(input.File, result.SolutionFor(target), target);
        foreach (Diagnostic warning in solution.Warnings)
        {
            services.Warn(warning);
        }

        List<LockedPythonPackage> packages = [];
        foreach (SolvedDistribution one in solution.Distributions)
        {
            packages.Add(await PackageAsync(one, builds, cancellationToken) with
            {
                Requires = [.. one.Dependencies.Select(r => r.Name.Value).Distinct().Order(StringComparer.Ordinal)],
                IsRequested = one.IsDirect,
            });
        }

        return packages;
    }

    private static async Task<LockedPythonPackage> PackageAsync(SolvedDistribution one, ImageBuilds builds, CancellationToken cancellationToken)
    {
        if (one.File is null && RepositoryAddress.TryParse(one.Url!, out RepositoryAddress? repository))
        {
            return new LockedPythonPackage
            {
                Name = one.Name.Value, Version = one.Version.ToString(), FileName = "", Url = repository.At(await builds.CommitAsync(repository, cancellationToken)), Revision = repository.Revision,
            };
        }

        ArchiveSource file = one.File?.ToArchiveSource() ?? await builds.ArchiveAsync(one.Url!, cancellationToken);
        return new LockedPythonPackage
        {
            Name = one.Name.Value,
            Version = one.Version.ToString(),
            Url = file.Url,
            FileName = file.FileName,
            Sha256 = file.Sha256 ?? throw NoHash(file.FileName),
            Size = file.Size,
            IsDirect = one.File is null,
        };
    }

    private static IEnumerable<LockedPythonPackage> OfLock(IReadOnlyList<SelectedDistribution> selected)
    {
        HashSet<ProjectName> needed = [.. selected.SelectMany(s => s.Package.Dependencies).Select(d => d.Name)];
        foreach (SelectedDistribution one in selected)
        {
            if (one.File is not { Url: not null } file || !(file.Wheel is not null || one.Package.Version is not null) || one.Package.Archive is not null)
            {
                throw new DiagnosticException(
                    "to-be-built", $"{one.Package} of the lock is no file of an index, and what lies elsewhere is not put into images yet.", "Lock a version of an index, or install it in postBuild.");
            }

            yield return new LockedPythonPackage
            {
                Name = one.Package.Name.Value,
                Version = one.Package.Version?.ToString() ?? file.Wheel!.Version.ToString(),
                Url = file.Url,
                FileName = file.FileName,
                Sha256 = file.Hashes.FirstOrDefault(h => h.Algorithm == "sha256")?.Value ?? throw NoHash(file.FileName),
                Size = file.Size,
                Requires = [.. one.Package.Dependencies.Select(d => d.Name.Value).Distinct().Order(StringComparer.Ordinal)],
                IsRequested = !needed.Contains(one.Package.Name),
            };
        }
    }

    private static DiagnosticException NoHash(string file) =>
        new("no-hash", $"Nobody says the sha256 digest of {file}, so it cannot be locked.", "Use an index that announces digests.");
}

/// <summary>What Python brings to an image.</summary>
/// <param name="Packages">Of indexes.</param>
/// <param name="Projects">Of the repository itself.</param>
internal sealed record PythonPicks(ImmutableArray<LockedPythonPackage> Packages, ImmutableArray<LockedProject> Projects);
