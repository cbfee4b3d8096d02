using Slipway.Conda.Files;
using Slipway.Foundation.Text;

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
    internal static readonly (string Name, PythonSourceKind Kind)[] Python =
    [
        ("pylock.toml", PythonSourceKind.PyLock), ("uv.lock", PythonSourceKind.UvLock), ("poetry.lock", PythonSourceKind.PoetryLock), ("Pipfile.lock", PythonSourceKind.PipfileLock), ("Pipfile", PythonSourceKind.Pipfile),
        ("requirements.txt", PythonSourceKind.Requirements), ("pyproject.toml", PythonSourceKind.PyProject), ("setup.py", PythonSourceKind.SetupPy),
    ];

    /// <summary>Whether a file is named as one that environments are built from, and no Dockerfile.</summary>
    /// <param name="path">Its path.</param>
    /// <param name="read">Gives its text; null when there is none. Asked only when the name does not tell.</param>
    public static bool IsOne(string path, Func<string?> read)
    {
        string name = Path.GetFileName(path);
        return IsConda(name) || PythonKindOf(name) is not null || (name.EndsWith(".txt", StringComparison.Ordinal) && read() is { } text && TextSpecFile.IsExplicit(text));
    }

    /// <summary>What a file of conda packages is.</summary>
    internal static CondaFileKind KindOf(SourceText source)
    {
        string name = Path.GetFileName(source.Path);
        return name == "pixi.lock" ? CondaFileKind.PixiLock
            : name.EndsWith("conda-lock.yml", StringComparison.Ordinal) || name.EndsWith("conda-lock.yaml", StringComparison.Ordinal) ? CondaFileKind.CondaLock
            : !IsYaml(name) && TextSpecFile.IsExplicit(source.Text) ? CondaFileKind.Explicit
            : CondaFileKind.Environment;
    }

    /// <summary>Whether a name alone says that a file is one of conda packages.</summary>
    internal static bool IsConda(string name) => IsYaml(name) || name == "pixi.lock" || (name.StartsWith("conda-", StringComparison.Ordinal) && name.EndsWith(".lock", StringComparison.Ordinal));

    /// <summary>What a file of Python packages is, by its name; null when it is none.</summary>
    internal static PythonSourceKind? PythonKindOf(string name)
    {
        foreach ((string known, PythonSourceKind kind) in Python)
        {
            if (name == known)
            {
                return kind;
            }
        }

        return PyPi.Locks.PythonLock.IsFileName(name) ? PythonSourceKind.PyLock
            : name.EndsWith(".txt", StringComparison.Ordinal) && name.Contains("requirements", StringComparison.Ordinal) ? PythonSourceKind.Requirements
            : null;
    }

    private static bool IsYaml(string name) => name.EndsWith(".yml", StringComparison.Ordinal) || name.EndsWith(".yaml", StringComparison.Ordinal);
}

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
