using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Configuration;

/// <summary>An index as settings name it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Address">Its address or folder; may have <c>${VARIABLE}</c>s in it, but no password of its own.</param>
public sealed record PythonIndexConfig(string Name, string Address)
{
    /// <summary>Whether it is only asked for projects that name it.</summary>
    public bool IsExplicit { get; init; }

    /// <summary>Statuses with which it says that it does not have a project, besides 404 and 410.</summary>
    public IReadOnlyList<int> AbsentStatuses { get; init; } = [];
}

/// <summary>What a site says about indexes of Python packages (<c>python:</c> in a file of settings).</summary>
public sealed record PythonConfig
{
    /// <summary>The indexes in the order in which they are asked; empty: not said.</summary>
    public IReadOnlyList<PythonIndexConfig> Indexes { get; init; } = [];

    /// <summary>Projects that come from one index only, by its name.</summary>
    public IReadOnlyDictionary<string, string> Packages { get; init; } = new Dictionary<string, string>();

    /// <summary>Folders and pages to look into besides; empty: not said.</summary>
    public IReadOnlyList<string> FindLinks { get; init; } = [];

    /// <summary><c>first-index</c>, <c>unsafe-first-match</c> or <c>unsafe-best-match</c>; null: not said.</summary>
    public string? IndexStrategy { get; init; }

    /// <summary>Where to look instead for addresses that begin so, in this order.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<Uri>> Mirrors { get; init; } = new Dictionary<string, IReadOnlyList<Uri>>();

    /// <summary>Logins by host: <c>user:password</c>, or a token. Never shown.</summary>
    public IReadOnlyDictionary<string, string> Logins { get; init; } = new Dictionary<string, string>();

    /// <summary>Hosts that may be asked without TLS, or with a certificate that nobody vouches for.</summary>
    public IReadOnlyList<string> TrustedHosts { get; init; } = [];

    /// <summary>Where the section is; null when there is none.</summary>
    public ConfigMark? Mark { get; init; }

    /// <summary>What this file says, and where it says nothing what the other one does.</summary>
    public PythonConfig Over(PythonConfig other) => new()
    {
        Indexes = Indexes.Count > 0 ? Indexes : other.Indexes,
        Packages = Packages.Concat(other.Packages).DistinctBy(p => p.Key).ToDictionary(),
        FindLinks = FindLinks.Count > 0 ? FindLinks : other.FindLinks,
        IndexStrategy = IndexStrategy ?? other.IndexStrategy,
        Mirrors = Mirrors.Concat(other.Mirrors).DistinctBy(m => m.Key).ToDictionary(),
        Logins = Logins.Concat(other.Logins).DistinctBy(l => l.Key).ToDictionary(),
        TrustedHosts = [.. TrustedHosts.Concat(other.TrustedHosts).Distinct()],
        Mark = Mark ?? other.Mark,
    };
}
