namespace Slipway.PyPi.Markers;

/// <summary>What a marker can ask for (PEP 508, PEP 751).</summary>
public enum MarkerVariable
{
    PythonVersion,
    PythonFullVersion,
    OsName,
    SysPlatform,
    PlatformMachine,
    PlatformSystem,
    PlatformRelease,
    PlatformVersion,
    PlatformPythonImplementation,
    ImplementationName,
    ImplementationVersion,

    /// <summary>The extra whose requirements are read.</summary>
    Extra,

    /// <summary>The extras to install from a lock file.</summary>
    Extras,

    /// <summary>The dependency groups to install from a lock file.</summary>
    DependencyGroups,
}

/// <summary>Names of the variables.</summary>
internal static class MarkerVariables
{
    private static readonly (string Name, MarkerVariable Variable)[] s_names =
    [
        ("python_version", MarkerVariable.PythonVersion),
        ("python_full_version", MarkerVariable.PythonFullVersion),
        ("os_name", MarkerVariable.OsName),
        ("sys_platform", MarkerVariable.SysPlatform),
        ("platform_machine", MarkerVariable.PlatformMachine),
        ("platform_system", MarkerVariable.PlatformSystem),
        ("platform_release", MarkerVariable.PlatformRelease),
        ("platform_version", MarkerVariable.PlatformVersion),
        ("platform_python_implementation", MarkerVariable.PlatformPythonImplementation),
        ("implementation_name", MarkerVariable.ImplementationName),
        ("implementation_version", MarkerVariable.ImplementationVersion),
        ("extra", MarkerVariable.Extra),
        ("extras", MarkerVariable.Extras),
        ("dependency_groups", MarkerVariable.DependencyGroups),

        // Spellings of old metadata.
        ("os.name", MarkerVariable.OsName),
        ("sys.platform", MarkerVariable.SysPlatform),
        ("platform.version", MarkerVariable.PlatformVersion),
        ("platform.machine", MarkerVariable.PlatformMachine),
        ("platform.python_implementation", MarkerVariable.PlatformPythonImplementation),
        ("python_implementation", MarkerVariable.PlatformPythonImplementation),
    ];

    private static readonly Dictionary<string, MarkerVariable> s_byName = s_names.ToDictionary(n => n.Name, n => n.Variable, StringComparer.Ordinal);

    public static bool TryFind(string name, out MarkerVariable variable) => s_byName.TryGetValue(name, out variable);

    /// <summary>The name of today.</summary>
    public static string NameOf(MarkerVariable variable) => s_names[(int)variable].Name;

    /// <summary>Whether values of the variable are compared as versions where that is possible.</summary>
    public static bool IsVersion(MarkerVariable variable) =>
        variable is MarkerVariable.PythonVersion or MarkerVariable.PythonFullVersion or MarkerVariable.ImplementationVersion or MarkerVariable.PlatformRelease;
}
