using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Locking;
using Slipway.PyPi.Locks;

namespace Slipway.PyPi.Inputs;

/// <summary>Finds the files of locks that say only their names and hashes (<c>poetry.lock</c>) or only hashes (<c>Pipfile.lock</c>) on the indexes. What has none of the hashes is not taken.</summary>
public static class LockedFiles
{
    /// <summary>Whether a package's files have no places yet.</summary>
    public static bool MustBeFound(LockedDistribution package) =>
        package.Vcs is null && package.Directory is null && package.Archive is null && package.Files.All(f => f.Url is null && f.Path is null);

    /// <summary>The lock with a place for every file.</summary>
    /// <param name="input">Where it comes from.</param>
    /// <param name="locked">The lock.</param>
    /// <param name="indexes">Where to look; asked only when something has no place.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">Something is not there; all of it at once. Or an index cannot be asked.</exception>
    public static async Task<PythonLock> FindAsync(LockInput input, PythonLock locked, Func<PythonIndexes> indexes, CancellationToken cancellationToken)
    {
        if (!locked.Packages.Any(MustBeFound))
        {
            return locked;
        }

        PythonIndexes all = indexes();
        var hashes = input.Hashes;
        List<Diagnostic> problems = [];
        Task<ProjectFiles>?[] asking = [.. locked.Packages.Select(p => MustBeFound(p) ? all.GetProjectAsync(p.Name, cancellationToken) : null)];
        List<LockedDistribution> packages = [];
        foreach ((LockedDistribution package, Task<ProjectFiles>? asked) in locked.Packages.Zip(asking))
        {
            packages.Add(asked is null ? package : Found(package, [.. hashes[(package.Name, package.Version)]], await asked, input.Path, problems));
        }

        return problems.Count == 0 ? locked with { Packages = packages } : throw new DiagnosticException(problems);
    }

    private static LockedDistribution Found(LockedDistribution package, IReadOnlyList<FileHash> hashes, ProjectFiles project, string path, List<Diagnostic> problems)
    {
        IndexFile[] there = [.. project.Files.Where(f => f.Version == package.Version)];
        LockedFile[] named = [.. package.Files];
        LockedFile[] found = named.Length > 0
            ? [.. named.Select(f => there.FirstOrDefault(t => t.FileName == f.FileName && Agrees(t, f.Hashes)) is { } at ? LockComposer.FileOf(at, f.Hashes) : null).OfType<LockedFile>()]
            : [.. there.Where(t => hashes.Any(h => Has(t, h))).Select(t => LockComposer.FileOf(t, [.. hashes.Where(h => Has(t, h))]))];
        if (found.Length == 0)
        {
            string where = project.Asked.Count > 0 ? string.Join(", ", project.Asked) : "any place that is asked";
            problems.Add(new Diagnostic(
                Severity.Error, "lock-file-gone",
                there.Length == 0 ? $"{package} of {path} is not on {where}" : $"{where} has {package}, but no file with a hash of {path}",
                Help: there.Length == 0 ? "name the index that it was locked with: --index-url, --extra-index-url" : "if the index is right, somebody changed what it offers; if the lock is old, lock again"));
        }

        return package with { Index = package.Index ?? (there.Length > 0 ? there[0].IndexUrl : null), Sdist = found.FirstOrDefault(f => f.Wheel is null), Wheels = [.. found.Where(f => f.Wheel is not null)] };
    }

    // An index that says no hash is believed no more than the file will be: it is checked against the lock when it comes.
    private static bool Agrees(IndexFile file, IReadOnlyList<FileHash> hashes) => hashes.Count > 0 && (file.Hashes.Count == 0 || hashes.Any(h => Has(file, h)));

    private static bool Has(IndexFile file, FileHash hash) => file.Hashes.Any(h => h.Name == hash.Algorithm && h.Hex == hash.Value);
}
