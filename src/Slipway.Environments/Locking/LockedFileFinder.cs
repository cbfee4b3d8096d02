using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Locks;

namespace Slipway.Environments.Locking;

/// <summary>Finds the files of locks that say versions and hashes but no addresses (poetry's, pipenv's) on the indexes. Only a file with a hash of the lock is one.</summary>
internal static class LockedFileFinder
{
    /// <param name="packages">The packages of a lock.</param>
    /// <param name="hashes">Further hashes of files, which the lock does not name: by project.</param>
    /// <param name="indexes">Where to look.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">The indexes have no such file any more; all packages at once.</exception>
    public static async Task<IReadOnlyList<LockedDistribution>> CompleteAsync(
        IReadOnlyList<LockedDistribution> packages, ILookup<string, FileHash> hashes, PythonIndexes indexes, CancellationToken cancellationToken)
    {
        indexes.Expect(packages.Where(IsToBeFound).Select(p => p.Name), cancellationToken);
        List<LockedDistribution> complete = [];
        List<Diagnostic> problems = [];
        foreach (LockedDistribution package in packages)
        {
            if (!IsToBeFound(package))
            {
                complete.Add(package);
                continue;
            }

            HashSet<FileHash> known = [.. package.Files.SelectMany(f => f.Hashes), .. hashes[package.Name.Value]];
            ProjectFiles project = await indexes.GetProjectAsync(package.Name, cancellationToken);
            LockedFile[] files = [.. project.Files.Where(f => f.Version == package.Version && f.Hashes.Any(h => known.Contains(new FileHash(h.Name, h.Hex)))).Select(FileOf)];
            if (files.Length == 0)
            {
                problems.Add(Gone($"{package.Name} {package.Version}", project, "lock again, or name the index that has it"));
                continue;
            }

            complete.Add(package with { Wheels = [.. files.Where(f => f.Wheel is not null)], Sdist = files.FirstOrDefault(f => f.Wheel is null) });
        }

        return problems.Count == 0 ? complete : throw new DiagnosticException(problems);
    }

    private static Diagnostic Gone(string package, ProjectFiles project, string help) => new(
        Severity.Error, "gone-from-index", project.IsKnown
            ? $"{project.FoundAt ?? "the index"} has no file of {package} with the hashes that are known"
            : $"no index has the project of {package} (asked: {string.Join(", ", project.Asked.Select(UrlCredentials.Mask))})",
        Help: help);

    private static bool IsToBeFound(LockedDistribution package) =>
        package is { Vcs: null, Directory: null, Archive: null } && package.Files.All(f => f.Url is null && f.Path is null);

    private static LockedFile FileOf(IndexFile file) => new()
    {
        WrittenName = file.FileName,
        Url = file.Url,
        Size = file.Size,
        Hashes = [.. file.Hashes.Select(h => new FileHash(h.Name, h.Hex))],
    };
}
