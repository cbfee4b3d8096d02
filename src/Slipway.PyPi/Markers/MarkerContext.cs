using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Markers;

/// <summary>Where a marker stands, which decides what of extras and groups it can ask for.</summary>
public sealed record MarkerContext
{
    private MarkerContext()
    {
    }

    /// <summary>The requirements of a project without its extras: <c>extra</c> is empty.</summary>
    public static MarkerContext Metadata { get; } = new() { Extra = "" };

    /// <summary>A requirement by itself (a requirements file, a build requirement): there is neither <c>extra</c> nor anything of lock files.</summary>
    public static MarkerContext Requirement { get; } = new();

    /// <summary>The normal name of the extra; null where there is no such variable.</summary>
    public string? Extra { get; private init; }

    /// <summary>The chosen extras; null where there is no such variable.</summary>
    public IReadOnlySet<string>? Extras { get; private init; }

    /// <summary>The chosen dependency groups; null where there is no such variable.</summary>
    public IReadOnlySet<string>? DependencyGroups { get; private init; }

    /// <summary>The requirements that a project has for one of its extras.</summary>
    public static MarkerContext ForExtra(ExtraName extra) => new() { Extra = extra.Value };

    /// <summary>An entry of a lock file (PEP 751).</summary>
    public static MarkerContext LockFile(IEnumerable<ExtraName> extras, IEnumerable<string> dependencyGroups) => new()
    {
        Extras = extras.Select(e => e.Value).ToHashSet(StringComparer.Ordinal),
        DependencyGroups = dependencyGroups.Select(NormalName.Fold).ToHashSet(StringComparer.Ordinal),
    };

    internal static MarkerContext WithExtra(string extra) => new() { Extra = NormalName.Fold(extra) };
}
