using System.Globalization;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Tags;

/// <summary>
/// What packages are chosen and built for: a CPython on a Linux machine. It comes from the base image or from what the user wrote, never from the machine that builds,
/// so that both the tags of wheels and the markers of requirements are those of the place where the packages will run.
/// </summary>
public sealed record PythonTarget
{
    private readonly Lazy<WheelTags> _tags;
    private readonly Lazy<MarkerEnvironment> _environment;

    /// <param name="python">The interpreter's whole version: 3.11.2.</param>
    /// <param name="libC">The C library it is linked with.</param>
    /// <param name="architecture">The machine as the kernel calls it: <c>x86_64</c>, <c>aarch64</c>.</param>
    /// <param name="isFreeThreaded">Whether it is the build without the global lock (PEP 703).</param>
    public PythonTarget(PythonVersion python, LibC libC, string architecture, bool isFreeThreaded = false)
    {
        (Python, LibC, Architecture, IsFreeThreaded) = (python, libC, architecture, isFreeThreaded);
        _tags = new Lazy<WheelTags>(() => new WheelTags((int)Python.Minor, IsFreeThreaded, LibC, Architecture));
        _environment = new Lazy<MarkerEnvironment>(() => new MarkerEnvironment
        {
            PythonVersion = ShortVersion,
            PythonFullVersion = Python.ToString(),
            OsName = "posix",
            SysPlatform = "linux",
            PlatformMachine = Architecture,
            PlatformSystem = "Linux",
            PlatformRelease = "",
            PlatformVersion = "",
            PlatformPythonImplementation = "CPython",
            ImplementationName = Implementation,
            ImplementationVersion = Python.ToString(),
        });
    }

    /// <summary>The interpreter's whole version: 3.11.2.</summary>
    public PythonVersion Python { get; }

    /// <summary>The only one that is known here.</summary>
    public static string Implementation => "cpython";

    /// <summary>Whether it is the build without the global lock (PEP 703).</summary>
    public bool IsFreeThreaded { get; }

    public LibC LibC { get; }

    /// <summary>The machine as the kernel calls it: <c>x86_64</c>, <c>aarch64</c>.</summary>
    public string Architecture { get; }

    /// <summary><c>3.11</c>.</summary>
    public string ShortVersion => string.Create(CultureInfo.InvariantCulture, $"{Python.Major}.{Python.Minor}");

    /// <summary>What markers see. The kernel's release and version are empty: an image runs on many.</summary>
    public MarkerEnvironment Environment => _environment.Value;

    /// <summary>The tags of the wheels that it can use.</summary>
    public WheelTags Tags => _tags.Value;

    /// <summary>The machine's name here for an image's architecture (<c>amd64</c>, <c>arm64</c>, <c>arm</c> with its variant).</summary>
    public static string ArchitectureOf(string architecture, string? variant = null) => architecture switch
    {
        "amd64" => "x86_64",
        "arm64" => "aarch64",
        "386" => "i686",
        "arm" => variant is null or "v7" ? "armv7l" : variant == "v8" ? "armv8l" : "armv6l",
        "loong64" => "loongarch64",
        _ => architecture,
    };

    public bool Equals(PythonTarget? other) =>
        other is not null && Python == other.Python && LibC == other.LibC && Architecture == other.Architecture && IsFreeThreaded == other.IsFreeThreaded;

    public override int GetHashCode() => HashCode.Combine(Python, LibC, Architecture, IsFreeThreaded);

    /// <summary><c>CPython 3.11.2, glibc 2.36, x86_64</c>.</summary>
    public override string ToString() => $"CPython {Python}{(IsFreeThreaded ? "t" : "")}, {LibC}, {Architecture}";
}
