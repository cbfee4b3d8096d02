using System.Collections.Immutable;
using Slipway.Environments.Builds;
using Slipway.Environments.Building;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Files;
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
        PythonIndexes indexes = session.IndexesFor(input.BindingsFor(target));
        PythonPicks found;
        if (input.Lock is { } locked)
        {
            PythonLock whole = await LockedFiles.FindAsync(locked, locked.For(target), () => indexes, cancellationToken);
            found = await OfLockAsync(wish, locked.Select(whole, target, name => input.File.Options.Binaries.Of(name) == true), builds, cancellationToken);
        }
        else
        {
            (ImmutableArray<LockedProject> projects, List<Requirement> needed) = await ProjectsAsync(wish, target, builds, cancellationToken);
            found = new PythonPicks(await SolveAsync(input, needed, target, installed, before, excludeNewer, indexes, builds, cancellationToken), projects);
        }

        List<LockedPythonPackage> packages = [];
        foreach (LockedPythonPackage package in found.Packages.OrderBy(p => p.Name, StringComparer.Ordinal))
        {
            packages.Add(package.IsSource ? package with { BuiltWith = Wheels(await builds.WheelsForAsync(package, cancellationToken)) } : package);
        }

        return found with { Packages = [.. packages] };
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

    private async Task<ImmutableArray<LockedPythonPackage>> SolveAsync(
        PythonInput input, List<Requirement> needed, PythonTarget target, IReadOnlyDictionary<ProjectName, PythonVersion> installed, IReadOnlyDictionary<ProjectName, PythonVersion> before,
        DateTimeOffset? excludeNewer, PythonIndexes indexes, ImageBuilds builds, CancellationToken cancellationToken)
    {
        PythonRequest request = await input.ToRequestAsync(target, async (written, token) => (await builds.FileAsync(written.Path!, [], token)).Url, builds.NameOfAsync, cancellationToken);
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

        return [.. packages];
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
            Url = one.File is null && builds.PathOf(one.Url!) is { } path ? LockedPythonPackage.Here + path : file.Url,
            FileName = file.FileName,
            Sha256 = file.Sha256 ?? throw NoHash(file.FileName),
            Size = file.Size,
            Subdirectory = one.File is null ? AddressedFile.SubdirectoryOf(one.Url!) : null,
            IsDirect = one.File is null,
        };
    }

    private static async Task<PythonPicks> OfLockAsync(PythonWish wish, IReadOnlyList<SelectedDistribution> selected, ImageBuilds builds, CancellationToken cancellationToken)
    {
        HashSet<ProjectName> needed = [.. selected.SelectMany(s => s.Package.Dependencies).Select(d => d.Name)];
        List<LockedPythonPackage> packages = [];
        List<LockedProject> projects = [];
        foreach (SelectedDistribution one in selected)
        {
            if (one.Package.Directory is { } directory)
            {
                string folder = wish.FolderOf(directory);
                projects.Add(new LockedProject(one.Package.Name.Value, folder, Wheels(await builds.WheelsForAsync(folder, cancellationToken))) { Extras = [.. one.Package.Extras.Select(e => e.Value)] });
                continue;
            }

            LockedPythonPackage package = one.Package.Vcs is { } commit ? await CommitAsync(one.Package, commit, builds, cancellationToken) : await FileAsync(wish, one.Package, one.File!, builds, cancellationToken);
            packages.Add(package with
            {
                Requires = [.. one.Package.Dependencies.Select(d => d.Name.Value).Distinct().Order(StringComparer.Ordinal)],
                IsRequested = !needed.Contains(one.Package.Name),
            });
        }

        return new PythonPicks([.. packages], [.. projects.OrderBy(p => p.Folder, StringComparer.Ordinal)]);
    }

    private static async Task<LockedPythonPackage> CommitAsync(LockedDistribution package, LockedRepository commit, ImageBuilds builds, CancellationToken cancellationToken)
    {
        if (commit is not { Type: "git", Url: { } url } || !RepositoryAddress.TryParse($"git+{url}", out RepositoryAddress? address))
        {
            throw new DiagnosticException("no-repository", $"{package} of the lock is of the repository {UrlCredentials.Mask(commit.Url ?? commit.Path ?? commit.Type)}, and only those of git at an address are read.", "Lock a version of an index, or push the repository to a server.");
        }

        address = address with { Revision = commit.CommitId, Subdirectory = commit.Subdirectory };
        bool isExact = commit.CommitId.Length is 40 or 64 && commit.CommitId.All(char.IsAsciiHexDigitLower);
        string at = address.At(isExact ? commit.CommitId : await builds.CommitAsync(address, cancellationToken));
        return new LockedPythonPackage
        {
            Name = package.Name.Value,
            Version = (package.Version ?? (await builds.Metadata.GetDirectAsync(package.Name, at, cancellationToken)).Version).ToString(),
            Url = at,
            FileName = "",
            Revision = commit.RequestedRevision ?? (isExact ? null : commit.CommitId),
        };
    }

    private static async Task<LockedPythonPackage> FileAsync(PythonWish wish, LockedDistribution package, LockedFile file, ImageBuilds builds, CancellationToken cancellationToken)
    {
        ArchiveHash[] hashes = [.. file.Hashes.Select(h => ArchiveHash.TryCreate(h.Algorithm, h.Value)).OfType<ArchiveHash>()];
        string? sha256 = hashes.FirstOrDefault(h => h.Kind == ArchiveHashKind.Sha256)?.Hex, url = file.Url, address = url;
        long? size = file.Size;
        if (url is null)
        {
            string path = wish.PathIn(file.Path ?? throw NoHash(file.FileName));
            if (ProjectPath.LeadsOut(path))
            {
                throw new DiagnosticException("outside-project", $"{package} of the lock is the file {path}, which is outside of the repository, and that is all that may be read.", "Put the file into the repository, and lock again.");
            }

            ArchiveSource here = await builds.FileAsync(path, hashes, cancellationToken);
            (url, address, sha256, size) = (LockedPythonPackage.Here + path, here.Url, here.Sha256, here.Size);
        }
        else if (sha256 is null && package.Archive is not null)
        {
            ArchiveSource there = await builds.ArchiveAsync(hashes.Length > 0 ? $"{url}#{hashes[0].Name}={hashes[0].Hex}" : url, cancellationToken);
            (sha256, size) = (there.Sha256, there.Size);
        }

        return new LockedPythonPackage
        {
            Name = package.Name.Value,
            Version = (package.Version ?? file.Wheel?.Version ?? (await builds.Metadata.GetDirectAsync(package.Name, $"{address}{(file.Subdirectory is { } folder ? "#subdirectory=" + folder : "")}", cancellationToken)).Version).ToString(),
            Url = UrlCredentials.Strip(url),
            FileName = file.FileName,
            Sha256 = sha256 ?? throw NoHash(file.FileName),
            Size = size,
            Subdirectory = file.Subdirectory,
            IsDirect = package.Archive is not null,
        };
    }

    private static DiagnosticException NoHash(string file) =>
        new("no-hash", $"Nobody says the sha256 digest of {file}, so it cannot be locked.", "Use an index that announces digests.");
}

/// <summary>What Python brings to an image.</summary>
/// <param name="Packages">Of indexes.</param>
/// <param name="Projects">Of the repository itself.</param>
internal sealed record PythonPicks(ImmutableArray<LockedPythonPackage> Packages, ImmutableArray<LockedProject> Projects);
