using Slipway.Build.Contexts;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;

namespace Slipway.Environments.Recipes;

/// <summary>One file of a repository as the whole recipe, with the settings in <c>slipway.yml</c>.</summary>
public sealed partial class RepositoryReader
{
    internal const string Kinds =
        "an environment.yml (any name with .yml), conda-lock.yml, pixi.lock, an explicit list, requirements.txt (any name with .txt or .in), pyproject.toml, pylock.toml, uv.lock, poetry.lock, Pipfile, Pipfile.lock, setup.py, setup.cfg or a script (.py) with the comment block of PEP 723";

    /// <summary>Reads a file whatever others there are.</summary>
    /// <param name="tree">The repository.</param>
    /// <param name="path">The file's path in it.</param>
    /// <param name="shown">What messages call a path of it.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <exception cref="DiagnosticException">There is no such file, it is none that says what packages are wanted, or the settings have mistakes.</exception>
    public static async Task<EnvironmentRecipe> ReadFileAsync(IFileTree tree, string path, Func<string, string> shown, CancellationToken cancellationToken)
    {
        var reader = new RepositoryReader(tree, shown, RecipeChoice.None);
        if (!IsNamedAsOne(path))
        {
            throw new DiagnosticException("unknown-kind", $"{path} is no file that says which packages are wanted", $"name {Kinds}; an image called env is written docker.io/library/env:TAG");
        }

        if (await reader.SourceAsync(path, cancellationToken) is not { } source)
        {
            throw reader._problems.Count > 0 ? new DiagnosticException([.. reader._problems]) : await MissingAsync(tree, path, cancellationToken);
        }

        PackageFileKind kind = PackageFiles.KindOf(path, () => source.Text)!.Value;
        bool isConda = kind.Conda is not null;
        EnvironmentSettings settings = await reader.SettingsAsync(cancellationToken);
        string folder = PathResolver.Parent(path);
        (string? version, _) = isConda ? (null, false) : await reader.RuntimeAsync(folder, null, cancellationToken);
        return reader._problems.Any(p => p.Severity == Severity.Error) ? throw new DiagnosticException([.. reader._problems]) : new EnvironmentRecipe
        {
            Files = [new RecipeFile(path, isConda ? RecipeUse.Conda : RecipeUse.Python, "is named by the Dockerfile")],
            Folder = folder,
            Conda = isConda ? source : null,
            LockName = Bridging.FileLock.NameFor(path),
            Python = kind.Python is { } python ? new PythonSource(python, source) { Path = path } : null,
            PythonVersion = version,
            Settings = settings,
            Warnings = [.. reader._problems],
        };
    }

    private static bool IsNamedAsOne(string path) => PackageFiles.KindOf(path, () => null) is not null;

    private static async Task<DiagnosticException> MissingAsync(IFileTree tree, string path, CancellationToken cancellationToken)
    {
        string folder = PathResolver.Parent(path);
        IReadOnlyList<FileNode> there = await tree.ListAsync(folder, cancellationToken);
        string[] names = [.. there.Where(node => node.Kind == FileKind.Regular && IsNamedAsOne(node.Name)).Select(node => node.Name)];
        string? help = Suggestion.Nearest(Path.GetFileName(path), names) is { } near ? $"did you mean env:{PathResolver.Join(folder, near)}?"
            : names.Length > 0 ? $"there {(names.Length == 1 ? "is" : "are")} {string.Join(", ", names.Select(name => PathResolver.Join(folder, name)))}" : "the path is relative to the build context";
        return new DiagnosticException("no-environment-file", $"there is no file {path} in the build context", help);
    }
}
