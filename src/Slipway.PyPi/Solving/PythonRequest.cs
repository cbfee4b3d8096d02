using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Solving;

/// <summary>What an environment has to have, for one target.</summary>
public sealed record PythonRequest
{
    /// <summary>What is built for: markers, tags and requires-python are answered for it.</summary>
    public required PythonTarget Target { get; init; }

    /// <summary>What was asked for, the most important first. A requirement with an address takes the project from there, whoever else requires it.</summary>
    public required IReadOnlyList<Requirement> Requirements { get; init; }

    /// <summary>What must hold for projects that are there, without asking for them.</summary>
    public IReadOnlyList<Requirement> Constraints { get; init; } = [];

    /// <summary>Stand in for every requirement on their projects, whatever its versions and markers; the extras asked for stay.</summary>
    public IReadOnlyList<Requirement> Overrides { get; init; } = [];

    /// <summary>Requirements on these projects do not count, whoever has them.</summary>
    public IReadOnlySet<ProjectName> Excludes { get; init; } = new HashSet<ProjectName>();

    /// <summary>Picks of an earlier solution, taken again wherever they still fit, yanked or not.</summary>
    public IReadOnlyDictionary<ProjectName, PythonVersion> Preferred { get; init; } = new Dictionary<ProjectName, PythonVersion>();

    /// <summary>Projects that are in the environment already and stay as they are, such as those that conda put there.</summary>
    public IReadOnlyDictionary<ProjectName, PythonVersion> Installed { get; init; } = new Dictionary<ProjectName, PythonVersion>();

    /// <summary>Files that came to an index later do not exist, nor do those of which it does not say when; files of this machine do.</summary>
    public DateTimeOffset? ExcludeNewer { get; init; }

    /// <summary>
    /// Of a project: true when pre-releases count as much as stable versions, false when they do not exist. Null, the usual: they are only taken where no stable version fits, or where a requirement,
    /// constraint or override of the request itself names one; then they count as much.
    /// </summary>
    public Func<ProjectName, bool?> Prereleases { get; init; } = static _ => null;

    /// <summary>Of a project: true when it must be built from source, false when it must not be; null, the usual: a wheel if there is one that fits, else a build.</summary>
    public Func<ProjectName, bool?> FromSource { get; init; } = static _ => null;

    /// <summary>Whether any version with a wheel comes before all that have to be built.</summary>
    public bool PreferBinary { get; init; }
}
