using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Slipway.Build.Contexts;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;

namespace Slipway.Environments.Recipes;

/// <summary>
/// Finds out what a repository asks for by the files in it: those that repo2docker reads, with its precedence, and lock files, which come before what they were made from
/// (docs/environments.md).
/// </summary>
public sealed partial class RepositoryReader
{
    private const int LargestFile = 16 << 20;
    private const string SettingsName = "slipway.yml";

    private static readonly string[] s_folders = ["binder", ".binder"];
    private static readonly string[] s_conda = ["conda-lock.yml", "pixi.lock", "environment.yml", "environment.yaml"];

    private static readonly (string Name, PythonSourceKind Kind)[] s_python =
    [
        ("pylock.toml", PythonSourceKind.PyLock), ("uv.lock", PythonSourceKind.UvLock), ("Pipfile.lock", PythonSourceKind.PipfileLock), ("Pipfile", PythonSourceKind.Pipfile),
        ("requirements.txt", PythonSourceKind.Requirements), ("pyproject.toml", PythonSourceKind.PyProject), ("setup.py", PythonSourceKind.SetupPy),
    ];

    private readonly IFileTree _tree;
    private readonly Func<string, string> _shown;
    private readonly List<RecipeFile> _files = [];
    private readonly List<Diagnostic> _problems = [];

    private RepositoryReader(IFileTree tree, Func<string, string> shown) => (_tree, _shown) = (tree, shown);

    /// <param name="tree">The repository.</param>
    /// <param name="shown">What messages call a path of it.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>What it asks for; null when there is no file that says anything.</returns>
    /// <exception cref="DiagnosticException">Files have mistakes; all of them.</exception>
    public static async Task<EnvironmentRecipe?> ReadAsync(IFileTree tree, Func<string, string> shown, CancellationToken cancellationToken)
    {
        var reader = new RepositoryReader(tree, shown);
        EnvironmentRecipe? recipe = await reader.ReadAsync(cancellationToken);
        return reader._problems.Any(p => p.Severity == Severity.Error) ? throw new DiagnosticException([.. reader._problems])
            : recipe is null ? null : recipe with { Files = [.. reader._files], Warnings = [.. reader._problems] };
    }

    private async Task<EnvironmentRecipe?> ReadAsync(CancellationToken cancellationToken)
    {
        string folder = await FolderAsync(cancellationToken);
        EnvironmentSettings settings = await SettingsAsync(cancellationToken);
        SourceText? conda = await FirstCondaAsync(folder, cancellationToken);
        PythonSource? python = await PythonAsync(folder, conda, cancellationToken);
        (string? pythonVersion, bool wantsR) = await RuntimeAsync(folder, conda, cancellationToken);
        string? installR = await FoundAsync(folder, "install.R", RecipeUse.InstallR, "is run by the environment's R", cancellationToken);
        string? postBuild = await FoundAsync(folder, "postBuild", RecipeUse.PostBuild, "is run at the end, as the image's user", cancellationToken);
        string? start = await FoundAsync(folder, "start", RecipeUse.Start, "is what commands go through", cancellationToken);
        ImmutableArray<AptRequest> apt = await AptAsync(folder, cancellationToken);
        bool says = conda is not null || python is not null || pythonVersion is not null || wantsR || installR is not null || postBuild is not null || !apt.IsEmpty || settings.Jupyter
            || _files.Any(f => f.Use == RecipeUse.Settings);
        return !says ? null : new EnvironmentRecipe
        {
            Files = [],
            Folder = folder,
            Conda = conda,
            Python = python,
            PythonVersion = pythonVersion,
            WantsR = wantsR || installR is not null,
            Apt = apt,
            PostBuild = postBuild,
            Start = start,
            InstallR = installR,
            Settings = settings,
        };
    }

    // One of the two folders hides the repository's own files (REES).
    private async Task<string> FolderAsync(CancellationToken cancellationToken)
    {
        List<string> there = [];
        foreach (string name in s_folders)
        {
            if (await _tree.FindAsync(name, cancellationToken) is { Kind: FileKind.Directory })
            {
                there.Add(name);
            }
        }

        if (there.Count > 1)
        {
            _problems.Add(new Diagnostic(Severity.Error, "two-folders", "there is a folder binder and a folder .binder, and only one of them can say what the environment is", Help: "remove one of them"));
        }

        return there.FirstOrDefault() ?? "";
    }

    private async Task<EnvironmentSettings> SettingsAsync(CancellationToken cancellationToken)
    {
        if (await SourceAsync(SettingsName, cancellationToken) is not { } source)
        {
            return new EnvironmentSettings();
        }

        _files.Add(new RecipeFile(SettingsName, RecipeUse.Settings, "holds settings of Slipway"));
        return SettingsReader.Read(source, _problems);
    }

    private async Task<SourceText?> FirstCondaAsync(string folder, CancellationToken cancellationToken)
    {
        SourceText? first = null;
        string winner = "";
        foreach (string name in s_conda)
        {
            string path = PathResolver.Join(folder, name);
            if (await SourceAsync(path, cancellationToken) is not { } source)
            {
                continue;
            }

            if (first is not null)
            {
                Ignore(path, name.StartsWith("environment", StringComparison.Ordinal) && !winner.StartsWith("environment", StringComparison.Ordinal)
                    ? $"{winner} says the exact packages" : $"{winner} comes before it");
                continue;
            }

            (first, winner) = (source, name);
            _files.Add(name.StartsWith("environment", StringComparison.Ordinal)
                ? new RecipeFile(path, RecipeUse.Conda, "says which conda packages are wanted")
                : new RecipeFile(path, RecipeUse.Lock, "says the exact conda packages"));
        }

        return first;
    }

    private async Task<PythonSource?> PythonAsync(string folder, SourceText? conda, CancellationToken cancellationToken)
    {
        PythonSource? first = null;
        string winner = conda is null ? "" : Path.GetFileName(conda.Path);
        foreach ((string name, PythonSourceKind kind) in s_python)
        {
            string path = PathResolver.Join(folder, name);
            if ((folder.Length > 0 && kind is PythonSourceKind.SetupPy or PythonSourceKind.PyProject) || await SourceAsync(path, cancellationToken) is not { } source
                || (kind == PythonSourceKind.PyProject && !IsProject(source)))
            {
                continue;
            }

            if (conda is not null)
            {
                Ignore(path, $"{winner} comes before it; Python packages go into its pip: part");
            }
            else if (first is not null)
            {
                Ignore(path, kind == PythonSourceKind.Pipfile && first.Kind == PythonSourceKind.PipfileLock ? "Pipfile.lock says the exact packages" : $"{winner} comes before it");
            }
            else
            {
                (first, winner) = (new PythonSource(kind, source), name);
                bool isLock = kind is PythonSourceKind.PyLock or PythonSourceKind.UvLock or PythonSourceKind.PipfileLock;
                _files.Add(new RecipeFile(path, isLock ? RecipeUse.Lock : RecipeUse.Python, isLock ? "says the exact Python packages" : "says which Python packages are wanted"));
            }
        }

        return first;
    }

    // As in repo2docker: only a file that says how the project is built makes it one to install.
    private static bool IsProject(SourceText source) => ProjectTable().IsMatch(source.Text) && BuildSystemTable().IsMatch(source.Text);

    private async Task<(string? Python, bool WantsR)> RuntimeAsync(string folder, SourceText? conda, CancellationToken cancellationToken)
    {
        string path = PathResolver.Join(folder, "runtime.txt");
        if (await SourceAsync(path, cancellationToken) is not { } source)
        {
            return (null, false);
        }

        if (conda is not null)
        {
            Ignore(path, $"{Path.GetFileName(conda.Path)} says which Python or R it is");
            return (null, false);
        }

        Match match = Runtime().Match(source.Text.Trim());
        if (!match.Success)
        {
            _problems.Add(new Diagnostic(
                Severity.Error, "bad-runtime", $"'{source.Text.Trim().Split('\n')[0]}' names no Python and no R", source, new TextSpan(0, source.Text.TrimEnd().Length), "write python-3.12, or r-4.4-2026-01-31"));
            return (null, false);
        }

        _files.Add(new RecipeFile(path, RecipeUse.Runtime, match.Groups["python"].Success ? "says which Python is wanted" : "says that R is wanted"));
        return match.Groups["python"].Success ? (match.Groups["python"].Value, false) : (null, true);
    }

    private async Task<ImmutableArray<AptRequest>> AptAsync(string folder, CancellationToken cancellationToken)
    {
        string path = PathResolver.Join(folder, "apt.txt");
        if (await SourceAsync(path, cancellationToken) is not { } source)
        {
            return [];
        }

        _files.Add(new RecipeFile(path, RecipeUse.Apt, "names packages of the base system"));
        List<AptRequest> requests = [];
        int start = 0;
        foreach (string line in source.Text.Split('\n'))
        {
            int at = start;
            start += line.Length + 1;
            string words = (line.IndexOf('#') is var hash and >= 0 ? line[..hash] : line).TrimEnd();
            foreach (Match word in Word().Matches(words))
            {
                var span = new TextSpan(at + word.Index, word.Length);
                Match package = AptName().Match(word.Value);
                if (!package.Success)
                {
                    _problems.Add(new Diagnostic(
                        Severity.Error, "bad-apt-package", $"'{word.Value}' is no name of a package", source, span, "write a name, or name=version, such as libgl1 or git=1:2.39.5-0+deb12u2"));
                    continue;
                }

                requests.Add(new AptRequest(package.Groups["name"].Value, package.Groups["version"] is { Success: true } version ? version.Value : null, source, span));
            }
        }

        foreach (IGrouping<string, AptRequest> same in requests.GroupBy(r => r.Name).Where(g => g.Select(r => r.Version).Distinct().Count() > 1))
        {
            _problems.Add(new Diagnostic(Severity.Error, "two-versions", $"{same.Key} is asked for in different versions", source, same.Last().Span, "keep one of them"));
        }

        return [.. requests.DistinctBy(r => r.Name).OrderBy(r => r.Name, StringComparer.Ordinal)];
    }

    private async Task<string?> FoundAsync(string folder, string name, RecipeUse use, string reason, CancellationToken cancellationToken)
    {
        string path = PathResolver.Join(folder, name);
        if (await _tree.FindAsync(path, cancellationToken) is not { Kind: FileKind.Regular })
        {
            return null;
        }

        _files.Add(new RecipeFile(path, use, reason));
        return path;
    }

    private async Task<SourceText?> SourceAsync(string path, CancellationToken cancellationToken)
    {
        if ((await PathResolver.ResolveAsync(_tree, path, followLast: true, cancellationToken)).Node is not { Kind: FileKind.Regular } node)
        {
            return null;
        }

        if (node.Size > LargestFile)
        {
            _problems.Add(new Diagnostic(Severity.Error, "too-large", $"{path} has {node.Size} bytes, which is more than such a file can have"));
            return null;
        }

        await using Stream stream = await _tree.OpenAsync(node, cancellationToken);
        using var text = new StreamReader(stream, Encoding.UTF8);
        return new SourceText(_shown(path), await text.ReadToEndAsync(cancellationToken));
    }

    private void Ignore(string path, string reason)
    {
        _files.Add(new RecipeFile(path, RecipeUse.Ignored, reason));
        _problems.Add(new Diagnostic(Severity.Warning, "not-used", $"{path} is not used: {reason}"));
    }

    [GeneratedRegex(@"^\s*\[project\]", RegexOptions.Multiline)]
    private static partial Regex ProjectTable();

    [GeneratedRegex(@"^\s*\[build-system\]", RegexOptions.Multiline)]
    private static partial Regex BuildSystemTable();

    [GeneratedRegex(@"^(?:python-(?<python>\d+(?:\.\d+)?)(?:-\d{4}-\d\d-\d\d)?|r-(?:\d+(?:\.\d+)*-)?\d{4}-\d\d-\d\d|r-\d+(?:\.\d+)*)$")]
    private static partial Regex Runtime();

    [GeneratedRegex(@"\S+")]
    private static partial Regex Word();

    [GeneratedRegex("^(?<name>[a-z0-9][a-z0-9.+-]+(?::[a-z0-9]+)?)(?:=(?<version>[A-Za-z0-9.+:~-]+))?$")]
    private static partial Regex AptName();
}
