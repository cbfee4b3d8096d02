using System.Text.RegularExpressions;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Locks;

/// <summary>What requirements were resolved to, for one target or several (PEP 751).</summary>
public sealed partial record PythonLock
{
    /// <summary>The tool that made it.</summary>
    public required string CreatedBy { get; init; }

    /// <summary>The environments it is for; none: all.</summary>
    public IReadOnlyList<Marker> Environments { get; init; } = [];

    /// <summary>The Pythons it is for; null: all.</summary>
    public VersionSpecifiers? RequiresPython { get; init; }

    /// <summary>The extras of the project that an installer may choose.</summary>
    public IReadOnlyList<ExtraName> Extras { get; init; } = [];

    /// <summary>The dependency groups that an installer may choose.</summary>
    public IReadOnlyList<string> DependencyGroups { get; init; } = [];

    /// <summary>The groups that are taken when nobody chooses.</summary>
    public IReadOnlyList<string> DefaultGroups { get; init; } = [];

    /// <summary>The locked projects.</summary>
    public required IReadOnlyList<LockedDistribution> Packages { get; init; }

    /// <summary>Whether a file may be read as such a lock by its name: <c>pylock.toml</c> or <c>pylock.NAME.toml</c>.</summary>
    public static bool IsFileName(string name) => FileName().IsMatch(name);

    [GeneratedRegex(@"\Apylock(?:\.[^.]+)?\.toml\z")]
    private static partial Regex FileName();
}
