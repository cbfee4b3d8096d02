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
/// <param name="Project">The repository's own project, installed besides; null when there is none, or when <paramref name="Python"/> is it.</param>
internal sealed record FoundPackages(SourceText? Conda, ImmutableSortedDictionary<string, SourceText> Lists, PythonSource? Python, PythonSource? Project);

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
        (PythonSource? python, PythonSource? project) = await PythonAsync(conda);
        return new FoundPackages(conda, lists, python, project);
    }

    /// <summary>Takes one file and no other.</summary>
    /// <param name="path">Its path in the repository.</param>
    public async Task<FoundPackages> TakeAsync(string path)
    {
        if (await read(path) is not { } source)
        {
            problems.Add(new Diagnostic(Severity.Error, "no-such-file", $"there is no {path} in the repository", Help: "name a file of the repository with -f"));
            return new FoundPackages(null, s_noLists, null, null);
        }

        if (PackageFiles.KindOf(path, () => source.Text) is not { } kind)
        {
            problems.Add(new Diagnostic(Severity.Error, "unknown-kind", $"{path} is no file that says which packages are wanted", Help: $"name {RepositoryReader.Kinds}"));
            return new FoundPackages(null, s_noLists, null, null);
        }

        files.Add(new RecipeFile(path, kind.Conda is null ? RecipeUse.Python : RecipeUse.Conda, "was chosen with -f"));
        return new FoundPackages(kind.Conda is null ? null : source, s_noLists, kind.Python is { } python ? new PythonSource(python, source) { Path = path } : null, null);
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

    private async Task<(PythonSource? First, PythonSource? Project)> PythonAsync(SourceText? conda)
    {
        PythonSource? first = null, project = null;
        foreach (string name in PackageFiles.Python)
        {
            PythonFileKind kind = PythonFileKinds.Of(name);
            string path = PathResolver.Join(folder, name);
            if ((folder.Length > 0 && kind is PythonFileKind.SetupPy or PythonFileKind.PyProject) || await read(path) is not { } source
                || (kind == PythonFileKind.PyProject && !ProjectTable().IsMatch(source.Text)))
            {
                continue;
            }

            if (conda is null && first is null)
            {
                first = new PythonSource(kind, source) { Path = path };
                files.Add(kind.IsLock() ? new RecipeFile(path, RecipeUse.Lock, "says the exact Python packages") : new RecipeFile(path, RecipeUse.Python, "says which Python packages are wanted"));
            }
            else if (conda is null && UseOfProject(kind, source, first!, project) is { } reason)
            {
                project = first!.Kind == PythonFileKind.Requirements ? project ?? new PythonSource(kind, source) { Path = path } : null;
                files.Add(new RecipeFile(path, RecipeUse.Python, reason));
            }
            else
            {
                Ignore(path, WhyNot(kind, source, conda, first));
            }
        }

        return (first, project);
    }

    // As for repo2docker, the repository's own project is installed besides what requirements.txt asks for; the lock of uv says itself whether it is. Both files of a project are one.
    private static string? UseOfProject(PythonFileKind kind, SourceText source, PythonSource first, PythonSource? project) => kind switch
    {
        PythonFileKind.SetupPy when (project ?? first).Kind == PythonFileKind.PyProject => "builds the project",
        PythonFileKind.PyProject or PythonFileKind.SetupPy when first.Kind == PythonFileKind.Requirements && IsBuilt(kind, source) => "is the project itself, which is installed, too, with what it needs",
        PythonFileKind.PyProject when first.Kind == PythonFileKind.UvLock => "is the project whose lock uv.lock is; that says whether it is installed",
        _ => null,
    };

    private static string WhyNot(PythonFileKind kind, SourceText source, SourceText? conda, PythonSource? first)
    {
        string winner = Path.GetFileName(conda?.Path ?? first!.Path);
        bool isProject = kind is PythonFileKind.PyProject or PythonFileKind.SetupPy && IsBuilt(kind, source);
        return conda is not null ? $"{winner} comes before it; Python packages go into its pip: part{(isProject ? ", and so does the project itself, as ./" : "")}"
            : kind == PythonFileKind.Pipfile && first!.Kind == PythonFileKind.PipfileLock ? "Pipfile.lock says the exact packages"
            : $"{winner} comes before it{(isProject ? ", and the project itself is not installed" : kind == PythonFileKind.PyProject ? ", and it does not say how the project is built, so that it is none to install" : "")}";
    }

    // What repo2docker takes for a project to install: a table alone that says what is needed is none.
    private static bool IsBuilt(PythonFileKind kind, SourceText source) => kind == PythonFileKind.SetupPy || BuildTable().IsMatch(source.Text);

    private void Ignore(string path, string reason)
    {
        files.Add(new RecipeFile(path, RecipeUse.Ignored, reason));
        problems.Add(new Diagnostic(Severity.Warning, "not-used", $"{path} is not used: {reason}"));
    }

    // Without the table it holds settings of tools only.
    [GeneratedRegex(@"^\s*\[project\]", RegexOptions.Multiline)]
    private static partial Regex ProjectTable();

    [GeneratedRegex(@"^\s*\[build-system\]", RegexOptions.Multiline)]
    private static partial Regex BuildTable();
}
