using Slipway.Packages.Entries;

namespace Slipway.PyPi.Wheels;

/// <summary>A wheel to be installed.</summary>
/// <param name="Wheel">The wheel.</param>
public sealed record WheelInput(WheelArchive Wheel)
{
    /// <summary>Whether the user asked for it, not another package (REQUESTED, PEP 376).</summary>
    public bool IsRequested { get; init; }

    /// <summary>Where it came from, unless it was an index (PEP 610).</summary>
    public DirectUrl? DirectUrl { get; init; }
}

/// <summary>How wheels are installed.</summary>
public sealed record WheelInstallOptions
{
    /// <summary>The name in INSTALLER.</summary>
    public string Installer { get; init; } = "slipway";

    /// <summary>Whether <see cref="InstalledWheel.Compiled"/> will be made (<see cref="PythonCompilation"/>): then RECORD lists those files.</summary>
    public bool CompilesPython { get; init; }

    /// <summary>Whether a path that several wheels want with different bytes goes to the last of them, as pip does it, and is no error.</summary>
    public bool AllowClashes { get; init; }

    /// <summary>Files of wheels that do not get into the prefix, nor into RECORD; null: all do.</summary>
    public LeftOutFiles? LeftOut { get; init; }

    /// <summary>Paths that others have in the prefix, such as conda packages, with their owners; no wheel may have one of them.</summary>
    public IReadOnlyDictionary<string, string> Taken { get; init; } = new Dictionary<string, string>();
}

/// <summary>What a set of wheels puts into a prefix.</summary>
/// <param name="Scheme">Where.</param>
/// <param name="Wheels">The wheels in the order in which they were given.</param>
/// <param name="Clashes">Paths that several wheels hold.</param>
/// <param name="Notices">What their user should know.</param>
public sealed record WheelPlan(InstallScheme Scheme, IReadOnlyList<InstalledWheel> Wheels, IReadOnlyList<WheelClash> Clashes, IReadOnlyList<string> Notices)
{
    /// <summary>All entries.</summary>
    public IEnumerable<EnvironmentEntry> Entries => Wheels.SelectMany(wheel => wheel.Entries);

    /// <summary>The command that compiles the modules of these wheels, with the prefix in its place; null when there are none.</summary>
    public EnvironmentCommand? CompileCommand
    {
        get
        {
            string[] sources = [.. Wheels.SelectMany(wheel => wheel.Sources).Select(path => $"{Scheme.Prefix}/{path}")];
            return sources.Length == 0 ? null : PythonCompilation.Command(Scheme.Interpreter, Scheme.Prefix, sources);
        }
    }
}

/// <summary>A wheel's part of a prefix: the paths that it brings and no other wheel overrides.</summary>
public sealed record InstalledWheel(WheelInput Input, IReadOnlyList<EnvironmentEntry> Entries)
{
    /// <summary>Its modules that will be compiled, relative to the prefix; none if that is not wanted.</summary>
    public IReadOnlyList<string> Sources { get; init; } = [];

    /// <summary>What will come of them.</summary>
    public IReadOnlyList<string> Compiled { get; init; } = [];
}

/// <summary>A path that several wheels hold. The last of them has it.</summary>
/// <param name="Path">Relative to the prefix.</param>
/// <param name="Winner">Whose file it is.</param>
/// <param name="Losers">Those whose file is not there.</param>
/// <param name="IsHarmless">Whether all of them have the same bytes there.</param>
public sealed record WheelClash(string Path, string Winner, IReadOnlyList<string> Losers, bool IsHarmless);
