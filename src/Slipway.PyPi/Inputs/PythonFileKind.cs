using Slipway.PyPi.Files;
using Slipway.PyPi.Locks;

namespace Slipway.PyPi.Inputs;

/// <summary>The kinds of files that say which Python packages are wanted.</summary>
public enum PythonFileKind
{
    /// <summary>A requirements file, under whatever name.</summary>
    Requirements,
    PyProject,
    SetupCfg,
    Pipfile,

    /// <summary>environment.yml, of which the <c>pip:</c> part counts.</summary>
    Environment,

    /// <summary>A project's program that builds it: what it needs is known to it alone.</summary>
    SetupPy,

    /// <summary>A program with the comment block of PEP 723.</summary>
    Script,
    PyLock,
    UvLock,
    PoetryLock,
    PipfileLock,
}

/// <summary>Tells the kinds apart by the names of files.</summary>
public static class PythonFileKinds
{
    public static PythonFileKind Of(string path) => Path.GetFileName(path) switch
    {
        PyprojectReader.FileName => PythonFileKind.PyProject,
        "setup.cfg" => PythonFileKind.SetupCfg,
        "setup.py" => PythonFileKind.SetupPy,
        PipfileReader.FileName => PythonFileKind.Pipfile,
        "uv.lock" => PythonFileKind.UvLock,
        "poetry.lock" => PythonFileKind.PoetryLock,
        "Pipfile.lock" => PythonFileKind.PipfileLock,
        var name when PythonLock.IsFileName(name) => PythonFileKind.PyLock,
        var name when name.EndsWith(".py", StringComparison.Ordinal) => PythonFileKind.Script,
        var name when name.EndsWith(".yml", StringComparison.Ordinal) || name.EndsWith(".yaml", StringComparison.Ordinal) => PythonFileKind.Environment,
        _ => PythonFileKind.Requirements,
    };

    /// <summary>Whether the file says exact packages, so that nothing has to be found.</summary>
    public static bool IsLock(this PythonFileKind kind) => kind is PythonFileKind.PyLock or PythonFileKind.UvLock or PythonFileKind.PoetryLock or PythonFileKind.PipfileLock;

    /// <summary>Whether the file may have extras or groups to choose from.</summary>
    public static bool HasChoices(this PythonFileKind kind) => kind.IsLock() || kind is PythonFileKind.PyProject or PythonFileKind.SetupCfg or PythonFileKind.Pipfile;
}
