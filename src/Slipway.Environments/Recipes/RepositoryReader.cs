using System.Collections.Immutable;
using System.Text;
using System.Text.RegularExpressions;
using Slipway.Build.Contexts;
using Slipway.Environments.Locking;
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
    internal const string SettingsName = "slipway.yml";

    private static readonly string[] s_folders = ["binder", ".binder"];

    private readonly IFileTree _tree;
    private readonly Func<string, string> _shown;
    private readonly RecipeChoice _choice;
    private readonly List<RecipeFile> _files = [];
    private readonly List<Diagnostic> _problems = [];

    private RepositoryReader(IFileTree tree, Func<string, string> shown, RecipeChoice choice) => (_tree, _shown, _choice) = (tree, shown, choice);

    /// <param name="tree">The repository.</param>
    /// <param name="shown">What messages call a path of it.</param>
    /// <param name="choice">What the command line says.</param>
    /// <param name="cancellationToken">Stops.</param>
    /// <returns>What it asks for; null when there is no file that says anything.</returns>
    /// <exception cref="DiagnosticException">Files have mistakes; all of them.</exception>
    public static async Task<EnvironmentRecipe?> ReadAsync(IFileTree tree, Func<string, string> shown, RecipeChoice choice, CancellationToken cancellationToken)
    {
        var reader = new RepositoryReader(tree, shown, choice);
        EnvironmentRecipe? recipe = await reader.ReadAsync(cancellationToken);
        return reader._problems.Any(p => p.Severity == Severity.Error) ? throw new DiagnosticException([.. reader._problems])
            : recipe is null ? null : recipe with { Files = [.. reader._files], Warnings = [.. reader._problems] };
    }

    private async Task<EnvironmentRecipe?> ReadAsync(CancellationToken cancellationToken)
    {
        string folder = await FolderAsync(cancellationToken);
        EnvironmentSettings settings = _choice.Over(await SettingsAsync(cancellationToken));
        var finder = new PackageFileFinder(folder, path => SourceAsync(path, cancellationToken), _files, _problems);
        (SourceText? conda, ImmutableSortedDictionary<string, SourceText> lists, PythonSource? python, PythonSource? project) = _choice.File is { } chosen ? await finder.TakeAsync(chosen) : await finder.FindAsync();
        (string? pythonVersion, bool wantsR) = await RuntimeAsync(folder, conda, cancellationToken);
        RPackage? package = await RPackageAsync(folder, conda, cancellationToken);
        string? installR = await FoundAsync(folder, "install.R", RecipeUse.InstallR, "is run by the environment's R", cancellationToken);
        string? postBuild = await FoundAsync(folder, "postBuild", RecipeUse.PostBuild, "is run at the end, as the image's user", cancellationToken);
        string? start = await FoundAsync(folder, "start", RecipeUse.Start, "is what commands go through", cancellationToken);
        ImmutableArray<AptRequest> apt = await AptAsync(folder, cancellationToken);
        bool says = conda is not null || python is not null || pythonVersion is not null || wantsR || installR is not null || package is not null || postBuild is not null || !apt.IsEmpty || settings.Jupyter
            || _files.Any(f => f.Use == RecipeUse.Settings);
        return !says ? null : new EnvironmentRecipe
        {
            Files = [],
            Folder = _choice.File is { } file ? PathResolver.Parent(file) : folder,
            Conda = conda,
            CondaLists = lists,
            LockName = await LockNameAsync(folder, conda, python, cancellationToken),
            Python = python,
            Project = project,
            PythonVersion = pythonVersion,
            WantsR = wantsR || installR is not null || package is not null,
            RPackage = package,
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

    // A file that would not have been found by itself is another environment of the same repository.
    private async Task<string> LockNameAsync(string folder, SourceText? conda, PythonSource? python, CancellationToken cancellationToken)
    {
        if (_choice.File is not { } chosen)
        {
            return EnvironmentLock.FileName;
        }

        FoundPackages usual = await new PackageFileFinder(folder, path => SourceAsync(path, cancellationToken), [], []).FindAsync();
        return (conda is not null && usual.Conda?.Path == conda.Path) || (python is not null && usual.Python?.Path == python.Path) ? EnvironmentLock.FileName
            : $"{Path.GetFileNameWithoutExtension(chosen)}.{EnvironmentLock.FileName}";
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

    // As for repo2docker, a folder of its own for the environment says that the project is not installed.
    private async Task<RPackage?> RPackageAsync(string folder, SourceText? conda, CancellationToken cancellationToken)
    {
        const string Name = "DESCRIPTION";
        if (folder.Length > 0 || _choice.File is not null || await SourceAsync(Name, cancellationToken) is not { } source || RPackage.Read(source, _problems) is not { } package)
        {
            return null;
        }

        if (conda is not null)
        {
            Ignore(Name, $"{Path.GetFileName(conda.Path)} comes before it; what it needs goes there, and install.R or postBuild can install it");
            return null;
        }

        _files.Add(new RecipeFile(Name, RecipeUse.RPackage, $"says what the R package {package.Name} needs; it is installed"));
        return package;
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

    private Task<SourceText?> SourceAsync(string path, CancellationToken cancellationToken) => FindAsync(_tree, path, _shown, _problems, cancellationToken);

    /// <summary>A file that may be there.</summary>
    /// <param name="tree">Where.</param>
    /// <param name="path">Its path.</param>
    /// <param name="shown">What messages call a path.</param>
    /// <param name="problems">Takes what is wrong with it.</param>
    /// <param name="cancellationToken">Stops.</param>
    internal static async Task<SourceText?> FindAsync(IFileTree tree, string path, Func<string, string> shown, ICollection<Diagnostic> problems, CancellationToken cancellationToken)
    {
        if ((await PathResolver.ResolveAsync(tree, path, followLast: true, cancellationToken)).Node is not { Kind: FileKind.Regular } node)
        {
            return null;
        }

        if (node.Size > LargestFile)
        {
            problems.Add(new Diagnostic(Severity.Error, "too-large", $"{path} has {node.Size} bytes, which is more than such a file can have"));
            return null;
        }

        await using Stream stream = await tree.OpenAsync(node, cancellationToken);
        using var text = new StreamReader(stream, Encoding.UTF8);
        return new SourceText(shown(path), await text.ReadToEndAsync(cancellationToken));
    }

    private void Ignore(string path, string reason)
    {
        _files.Add(new RecipeFile(path, RecipeUse.Ignored, reason));
        _problems.Add(new Diagnostic(Severity.Warning, "not-used", $"{path} is not used: {reason}"));
    }

    [GeneratedRegex(@"^(?:python-(?<python>\d+(?:\.\d+)?)(?:-\d{4}-\d\d-\d\d)?|r-(?:\d+(?:\.\d+)*-)?\d{4}-\d\d-\d\d|r-\d+(?:\.\d+)*)$")]
    private static partial Regex Runtime();

    [GeneratedRegex(@"\S+")]
    private static partial Regex Word();

    [GeneratedRegex("^(?<name>[a-z0-9][a-z0-9.+-]+(?::[a-z0-9]+)?)(?:=(?<version>[A-Za-z0-9.+:~-]+))?$")]
    private static partial Regex AptName();
}
