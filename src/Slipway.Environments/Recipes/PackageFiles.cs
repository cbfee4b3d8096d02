using Slipway.Conda.Files;
using Slipway.Foundation.Text;
using Slipway.PyPi.Inputs;

namespace Slipway.Environments.Recipes;

/// <summary>Which files say what packages are wanted, by their names and, where these do not tell, by their text.</summary>
public static class PackageFiles
{
    /// <summary>Files of conda packages, in the order in which they come before each other; <c>conda-linux-64.lock</c> and its like are between the first two and the rest.</summary>
    internal static readonly string[] Conda = ["conda-lock.yml", "pixi.lock", "explicit.txt", "spec-file.txt", "environment.txt", "environment.yml", "environment.yaml"];

    /// <summary>How many of <see cref="Conda"/> come before the lists of one platform.</summary>
    internal const int BeforeLists = 2;

    /// <summary>Platforms whose lists are looked for.</summary>
    internal static readonly string[] Subdirs = ["linux-64", "linux-aarch64", "linux-ppc64le", "linux-s390x"];

    /// <summary>Files of Python packages, in the order in which they come before each other.</summary>
    internal static readonly string[] Python =
        ["pylock.toml", "uv.lock", "poetry.lock", "Pipfile.lock", "Pipfile", "requirements.txt", "pyproject.toml", "setup.py"];

    /// <summary>Whether a file says which packages are wanted, and is no Dockerfile whatever its name: one that <c>-f</c> of a build names.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="read">Gives its text; null when there is none. Asked only when the name does not tell.</param>
    public static bool IsOne(string path, Func<string?> read) =>
        KindOf(path, read) is { } kind && (kind.Python != PythonFileKind.Requirements || Path.GetFileName(path).Contains("requirements", StringComparison.Ordinal));

    /// <summary>What a file is, by its name and, where that does not tell, by its text; null when it says nothing of packages.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="read">Gives its text; null when there is none.</param>
    internal static PackageFileKind? KindOf(string path, Func<string?> read)
    {
        string name = Path.GetFileName(path);
        if (name is "apt.txt" or "runtime.txt")
        {
            return null;
        }

        if (Ends(name, ".yml", ".yaml"))
        {
            return name == RepositoryReader.SettingsName ? null : new PackageFileKind(Ends(name, "conda-lock.yml", "conda-lock.yaml") ? CondaFileKind.CondaLock : CondaFileKind.Environment, null);
        }

        if (name == "pixi.lock" || (name.StartsWith("conda-", StringComparison.Ordinal) && Ends(name, ".lock")))
        {
            return new PackageFileKind(name == "pixi.lock" ? CondaFileKind.PixiLock : read() is { } list && !TextSpecFile.IsExplicit(list) ? CondaFileKind.Environment : CondaFileKind.Explicit, null);
        }

        PythonFileKind python = PythonFileKinds.Of(name);
        return python != PythonFileKind.Requirements ? new PackageFileKind(null, python)
            : !Ends(name, ".txt", ".in") ? null
            : read() is { } text && TextSpecFile.IsExplicit(text) ? new PackageFileKind(CondaFileKind.Explicit, null)
            : new PackageFileKind(null, python);
    }

    /// <summary>What a file of conda packages is.</summary>
    internal static CondaFileKind KindOf(SourceText source) => KindOf(source.Path, () => source.Text)?.Conda ?? CondaFileKind.Environment;

    private static bool Ends(string name, params ReadOnlySpan<string> endings)
    {
        foreach (string ending in endings)
        {
            if (name.EndsWith(ending, StringComparison.Ordinal))
            {
                return true;
            }
        }

        return false;
    }
}

/// <summary>What a file of packages is: of conda or of Python.</summary>
internal readonly record struct PackageFileKind(CondaFileKind? Conda, PythonFileKind? Python);

/// <summary>The files in which conda packages are asked for.</summary>
internal enum CondaFileKind
{
    /// <summary><c>environment.yml</c>.</summary>
    Environment,
    CondaLock,
    PixiLock,

    /// <summary>Addresses of packages below <c>@EXPLICIT</c>.</summary>
    Explicit,
}
