using System.Collections.Immutable;
using System.Text.RegularExpressions;
using Slipway.Build.Contexts;
using Slipway.Conda.Files;
using Slipway.Foundation.Text;
using Slipway.PyPi.Inputs;

namespace Slipway.Environments.Recipes;

/// <summary>What the files of packages of a repository come to.</summary>
/// <param name="Conda">The file of conda packages; null when there is none.</param>
/// <param name="Lists">Its exact lists by platform, when it has one for each.</param>
/// <param name="Python">Where Python packages are asked for; null when nowhere.</param>
internal sealed record FoundPackages(SourceText? Conda, ImmutableSortedDictionary<string, SourceText> Lists, PythonSource? Python);

/// <summary>Finds the files that say what packages are wanted, and which of them count (docs/environments.md).</summary>
/// <param name="folder">Where they are looked for, relative to the repository.</param>
/// <param name="read">Gives a file by its path in the repository; null when there is none.</param>
/// <param name="files">Takes the files that were found.</param>
/// <param name="problems">Takes what is wrong.</param>
internal sealed partial class PackageFileFinder(string folder, Func<string, Task<SourceText?>> read, ICollection<RecipeFile> files, ICollection<Diagnostic> problems)
{
    private static readonly ImmutableSortedDictionary<string, SourceText> s_noLists = ImmutableSortedDictionary.Create<string, SourceText>(StringComparer.Ordinal);

    /// <summary>Looks for them by their usual names.</summary>
    public async Task<FoundPackages> FindAsync()
    {
        (SourceText? conda, ImmutableSortedDictionary<string, SourceText> lists) = await CondaAsync();
        return new FoundPackages(conda, lists, await PythonAsync(conda));
    }

    /// <summary>Takes one file and no other.</summary>
    /// <param name="path">Its path in the repository.</param>
    public async Task<FoundPackages> TakeAsync(string path)
    {
        if (await read(path) is not { } source)
        {
            problems.Add(new Diagnostic(Severity.Error, "no-such-file", $"there is no {path} in the repository", Help: "name a file of the repository with -f"));
            return new FoundPackages(null, s_noLists, null);
        }

        if (PackageFiles.KindOf(path, () => source.Text) is not { } kind)
        {
            problems.Add(new Diagnostic(Severity.Error, "unknown-kind", $"{path} is no file that says which packages are wanted", Help: $"name {RepositoryReader.Kinds}"));
            return new FoundPackages(null, s_noLists, null);
        }

        files.Add(new RecipeFile(path, kind.Conda is null ? RecipeUse.Python : RecipeUse.Conda, "was chosen with -f"));
        return new FoundPackages(kind.Conda is null ? null : source, s_noLists, kind.Python is { } python ? new PythonSource(python, source) { Path = path } : null);
    }

    private async Task<(SourceText? First, ImmutableSortedDictionary<string, SourceText> Lists)> CondaAsync()
    {
        List<(string Path, SourceText Source, string? Subdir)> there = [];
        foreach ((string name, string? subdir) in PackageFiles.Conda[..PackageFiles.BeforeLists].Select(n => (n, (string?)null))
            .Concat(PackageFiles.Subdirs.Select(s => ($"conda-{s}.lock", (string?)s))).Concat(PackageFiles.Conda[PackageFiles.BeforeLists..].Select(n => (n, (string?)null))))
        {
            string path = PathResolver.Join(folder, name);
            if (await read(path) is { } source && (!name.EndsWith(".txt", StringComparison.Ordinal) || TextSpecFile.IsExplicit(source.Text)))
            {
                there.Add((path, source, subdir));
            }
        }

        if (there.Count == 0)
        {
            return (null, s_noLists);
        }

        (string first, SourceText winner, string? list) = there[0];
        bool isExact = PackageFiles.KindOf(winner) != CondaFileKind.Environment;
        foreach ((string path, SourceText source, string? subdir) in there)
        {
            if (path == first || (list is not null && subdir is not null))
            {
                files.Add(isExact
                    ? new RecipeFile(path, RecipeUse.Lock, subdir is null ? "says the exact conda packages" : $"says the exact conda packages of {subdir}")
                    : new RecipeFile(path, RecipeUse.Conda, "says which conda packages are wanted"));
            }
            else
            {
                string name = Path.GetFileName(first);
                Ignore(path, isExact && PackageFiles.KindOf(source) == CondaFileKind.Environment ? $"{name} says the exact packages" : $"{name} comes before it");
            }
        }

        return (winner, list is null ? s_noLists : there.Where(f => f.Subdir is not null).ToImmutableSortedDictionary(f => f.Subdir!, f => f.Source, StringComparer.Ordinal));
    }

    private async Task<PythonSource?> PythonAsync(SourceText? conda)
    {
        PythonSource? first = null;
        string winner = conda is null ? "" : Path.GetFileName(conda.Path);
        foreach (string name in PackageFiles.Python)
        {
            PythonFileKind kind = PythonFileKinds.Of(name);
            string path = PathResolver.Join(folder, name);
            if ((folder.Length > 0 && kind is PythonFileKind.SetupPy or PythonFileKind.PyProject) || await read(path) is not { } source
                || (kind == PythonFileKind.PyProject && !IsProject(source)))
            {
                continue;
            }

            if (conda is not null)
            {
                Ignore(path, $"{winner} comes before it; Python packages go into its pip: part");
            }
            else if (first is not null)
            {
                Ignore(path, kind == PythonFileKind.Pipfile && first.Kind == PythonFileKind.PipfileLock ? "Pipfile.lock says the exact packages" : $"{winner} comes before it");
            }
            else
            {
                (first, winner) = (new PythonSource(kind, source) { Path = path }, name);
                bool isLock = kind.IsLock();
                files.Add(new RecipeFile(path, isLock ? RecipeUse.Lock : RecipeUse.Python, isLock ? "says the exact Python packages" : "says which Python packages are wanted"));
            }
        }

        return first;
    }

    private void Ignore(string path, string reason)
    {
        files.Add(new RecipeFile(path, RecipeUse.Ignored, reason));
        problems.Add(new Diagnostic(Severity.Warning, "not-used", $"{path} is not used: {reason}"));
    }

    // Without the table it holds settings of tools only.
    private static bool IsProject(SourceText source) => ProjectTable().IsMatch(source.Text);

    [GeneratedRegex(@"^\s*\[project\]", RegexOptions.Multiline)]
    private static partial Regex ProjectTable();
}
