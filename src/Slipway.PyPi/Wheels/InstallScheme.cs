using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.PyPi.Tags;

namespace Slipway.PyPi.Wheels;

/// <summary>Where the parts of wheels go: the folders of a Python's installation scheme, relative to the prefix, and the interpreter that programs begin with.</summary>
public sealed record InstallScheme
{
    /// <summary>The folder that everything is relative to, absolute, as programs inside will see it.</summary>
    public required string Prefix { get; init; }

    /// <summary>Modules without native code; empty: the prefix itself.</summary>
    public required string Purelib { get; init; }

    /// <summary>Modules with native code.</summary>
    public required string Platlib { get; init; }

    /// <summary>Programs.</summary>
    public string Scripts { get; init; } = "bin";

    /// <summary>Other files.</summary>
    public string Data { get; init; } = "";

    /// <summary>The folder in which each project has one for its headers.</summary>
    public required string Headers { get; init; }

    /// <summary>The Python that programs are run by, absolute.</summary>
    public required string Interpreter { get; init; }

    /// <summary>How that Python marks its compiled files (PEP 3147): <c>cpython-311</c>.</summary>
    public required string CompiledTag { get; init; }

    /// <summary>A virtual environment (<see cref="VirtualEnvironment"/>).</summary>
    public static InstallScheme ForVirtualEnvironment(string prefix, PythonTarget target) => new()
    {
        Prefix = Checked(prefix),
        Purelib = $"lib/python{NameOf(target)}/site-packages",
        Platlib = $"lib/python{NameOf(target)}/site-packages",
        Headers = $"include/site/python{NameOf(target)}",
        Interpreter = $"{prefix}/bin/python",
        CompiledTag = TagOf(target),
    };

    /// <summary>An environment of conda packages with a Python among them.</summary>
    /// <param name="prefix">The environment.</param>
    /// <param name="target">Its Python.</param>
    /// <param name="sitePackages">Where that keeps its modules, if it says so (CEP 17); relative to the prefix.</param>
    public static InstallScheme ForConda(string prefix, PythonTarget target, string? sitePackages = null) => new()
    {
        Prefix = Checked(prefix),
        Purelib = sitePackages ?? $"lib/python{NameOf(target)}/site-packages",
        Platlib = sitePackages ?? $"lib/python{NameOf(target)}/site-packages",
        Headers = $"include/python{NameOf(target)}",
        Interpreter = $"{prefix}/bin/python{target.ShortVersion}",
        CompiledTag = TagOf(target),
    };

    /// <summary>A folder that is put on <c>PYTHONPATH</c>, as <c>pip install --target</c> makes it.</summary>
    public static InstallScheme ForFolder(string folder, PythonTarget target, string interpreter) => new()
    {
        Prefix = Checked(folder),
        Purelib = "",
        Platlib = "",
        Headers = $"include/python{NameOf(target)}",
        Interpreter = interpreter,
        CompiledTag = TagOf(target),
    };

    /// <summary>A Python of a base image itself. Debian's keeps what its package manager does not know below <c>/usr/local</c>.</summary>
    /// <param name="python">The Python.</param>
    /// <param name="breakSystemPackages">Whether to write into one that its distribution manages (PEP 668).</param>
    /// <exception cref="DiagnosticException">Its distribution manages it, and nobody said that this is to be ignored.</exception>
    public static InstallScheme ForSystem(BasePython python, bool breakSystemPackages = false)
    {
        if (python.IsVirtualEnvironment)
        {
            return ForVirtualEnvironment(python.Prefix, python.Target);
        }

        if (python.IsExternallyManaged && !breakSystemPackages)
        {
            throw new DiagnosticException(
                "externally-managed", $"The Python {python.Executable} is managed by {python.Distribution ?? "its distribution"} ({python.StandardLibrary}/EXTERNALLY-MANAGED): packages that others put beside it can break the system's own programs.",
                "Use a virtual environment or a prefix of your own, which needs nothing but its path; or --break-system-packages if you know what you are doing.");
        }

        string name = NameOf(python.Target);
        bool isDebian = python.Prefix == "/usr" && (python.Distribution?.Split(' ')[0] is "debian" or "ubuntu");
        return new InstallScheme
        {
            Prefix = isDebian ? "/usr/local" : Checked(python.Prefix),
            Purelib = isDebian ? $"lib/python{name}/dist-packages" : $"lib/python{name}/site-packages",
            Platlib = isDebian ? $"lib/python{name}/dist-packages" : $"lib/python{name}/site-packages",
            Headers = $"include/python{name}",
            Interpreter = python.Executable,
            CompiledTag = TagOf(python.Target),
        };
    }

    // The build without the global lock keeps its things apart: python3.13t.
    private static string NameOf(PythonTarget target) => target.ShortVersion + (target.IsFreeThreaded ? "t" : "");

    private static string TagOf(PythonTarget target) => $"cpython-{target.Python.Major}{target.Python.Minor}{(target.IsFreeThreaded ? "t" : "")}";

    private static string Checked(string prefix) =>
        prefix.StartsWith('/') && prefix.Length > 1 && LayerPath.IsNormal(prefix.AsSpan(1)) && prefix.AsSpan().IndexOfAnyInRange('\0', '\x1f') < 0 && !prefix.Contains('"', StringComparison.Ordinal)
            ? prefix
            : throw new DiagnosticException("bad-prefix", $"'{prefix}' cannot be the path of an environment.", "Name an absolute path without '.', '..', quotation marks and control characters.");
}
