namespace Slipway.PyPi.Markers;

/// <summary>The values of a target's marker variables (PEP 508), each as Python itself would give it.</summary>
public sealed record MarkerEnvironment
{
    /// <summary>Major and minor number: <c>3.11</c>.</summary>
    public required string PythonVersion { get; init; }

    /// <summary><c>3.11.9</c>; a pre-release in the form <c>3.14.0rc1</c>.</summary>
    public required string PythonFullVersion { get; init; }

    /// <summary><c>posix</c></summary>
    public required string OsName { get; init; }

    /// <summary><c>linux</c></summary>
    public required string SysPlatform { get; init; }

    /// <summary><c>x86_64</c>, <c>aarch64</c></summary>
    public required string PlatformMachine { get; init; }

    /// <summary><c>Linux</c></summary>
    public required string PlatformSystem { get; init; }

    /// <summary>The kernel's release.</summary>
    public required string PlatformRelease { get; init; }

    /// <summary>The kernel's version.</summary>
    public required string PlatformVersion { get; init; }

    /// <summary><c>CPython</c>, <c>PyPy</c></summary>
    public required string PlatformPythonImplementation { get; init; }

    /// <summary><c>cpython</c>, <c>pypy</c></summary>
    public required string ImplementationName { get; init; }

    /// <summary>The version of the implementation; that of Python for CPython.</summary>
    public required string ImplementationVersion { get; init; }

    /// <summary>The value of a variable; null for those that are not about the environment.</summary>
    public string? ValueOf(MarkerVariable variable) => variable switch
    {
        MarkerVariable.PythonVersion => PythonVersion,
        MarkerVariable.PythonFullVersion => PythonFullVersion,
        MarkerVariable.OsName => OsName,
        MarkerVariable.SysPlatform => SysPlatform,
        MarkerVariable.PlatformMachine => PlatformMachine,
        MarkerVariable.PlatformSystem => PlatformSystem,
        MarkerVariable.PlatformRelease => PlatformRelease,
        MarkerVariable.PlatformVersion => PlatformVersion,
        MarkerVariable.PlatformPythonImplementation => PlatformPythonImplementation,
        MarkerVariable.ImplementationName => ImplementationName,
        MarkerVariable.ImplementationVersion => ImplementationVersion,
        _ => null,
    };
}
