using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Locks;

/// <summary>The lock of another tool: <c>uv.lock</c>, <c>poetry.lock</c> or <c>Pipfile.lock</c>. It is read, never written.</summary>
public sealed record ForeignLock
{
    /// <summary>The file, for messages.</summary>
    public required SourceText Source { get; init; }

    /// <summary>The Pythons it is for; null: not said.</summary>
    public VersionSpecifiers? RequiresPython { get; init; }

    /// <summary>The indexes it names.</summary>
    public IReadOnlyList<NamedIndex> Indexes { get; init; } = [];

    /// <summary>All that is locked.</summary>
    public required IReadOnlyList<ForeignPackage> Packages { get; init; }

    /// <summary>The packages that an extra of the project brings (<c>[extras]</c> of poetry.lock).</summary>
    public IReadOnlyDictionary<ExtraName, IReadOnlyList<ProjectName>> Extras { get; init; } = new Dictionary<ExtraName, IReadOnlyList<ProjectName>>();

    /// <summary>The extras of the project that it knows.</summary>
    public IReadOnlyCollection<ExtraName> ExtraNames => [.. Extras.Keys.Concat(Packages.Where(p => p.IsRoot).SelectMany(p => p.OptionalDependencies.Keys).Select(ExtraName.Parse)).Distinct()];

    /// <summary>The groups besides the main one, as the file calls them.</summary>
    public IReadOnlyCollection<string> GroupNames => [.. Packages.SelectMany(p => p.Groups.Concat(p.IsRoot ? p.GroupDependencies.Keys : [])).Where(g => g != ForeignPackage.MainGroup).Distinct()];

    /// <summary>What the lock has for an environment.</summary>
    /// <param name="environment">The environment.</param>
    /// <param name="extras">The extras of the project.</param>
    /// <param name="groups">The groups besides the main one: <c>dev</c>, <c>develop</c>, or what the file calls them.</param>
    public IReadOnlyList<LockedDistribution> For(MarkerEnvironment environment, IReadOnlyCollection<ExtraName> extras, IReadOnlyCollection<string> groups) =>
        Packages.Any(p => p.IsRoot) ? ForeignWalk.From(this, environment, extras, groups) : Chosen(environment, extras, groups);

    // The locks of poetry and pipenv say for each package where it is wanted.
    private List<LockedDistribution> Chosen(MarkerEnvironment environment, IReadOnlyCollection<ExtraName> extras, IReadOnlyCollection<string> groups)
    {
        HashSet<ProjectName> brought = [];
        Queue<ProjectName> open = new(extras.SelectMany(e => Extras.GetValueOrDefault(e) ?? []));
        while (open.TryDequeue(out ProjectName name))
        {
            if (brought.Add(name))
            {
                foreach (LockedDependency dependency in Packages.Where(p => p.Distribution.Name == name).SelectMany(p => p.Distribution.Dependencies))
                {
                    open.Enqueue(dependency.Name);
                }
            }
        }

        MarkerContext[] contexts = [MarkerContext.Metadata, .. extras.Select(MarkerContext.ForExtra)];
        return
        [
            .. Packages.Where(p => (p.Groups.Count == 0 || p.Groups.Any(g => g == ForeignPackage.MainGroup || groups.Contains(g))) && (!p.IsOptional || brought.Contains(p.Distribution.Name))
                && (p.Distribution.Marker is not { } marker || contexts.Any(c => marker.Evaluate(environment, c)))).Select(p => p.Distribution),
        ];
    }
}

/// <summary>A package of another tool's lock.</summary>
public sealed record ForeignPackage
{
    /// <summary>The group that is always taken.</summary>
    public const string MainGroup = "main";

    /// <summary>What is locked. Files may have neither address nor path, and are then to be looked for on the index by their names.</summary>
    public required LockedDistribution Distribution { get; init; }

    /// <summary>Hashes of its files, where the lock does not say which is whose (Pipfile.lock).</summary>
    public IReadOnlyList<FileHash> Hashes { get; init; } = [];

    /// <summary>The groups it is in; none: not said.</summary>
    public IReadOnlyList<string> Groups { get; init; } = [];

    /// <summary>Whether only an extra brings it.</summary>
    public bool IsOptional { get; init; }

    /// <summary>Whether it is the project itself.</summary>
    public bool IsRoot { get; init; }

    /// <summary>Whether there is nothing to install of it, only what it needs.</summary>
    public bool IsVirtual { get; init; }

    /// <summary>What its extras need besides.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<LockedDependency>> OptionalDependencies { get; init; } = new Dictionary<string, IReadOnlyList<LockedDependency>>();

    /// <summary>What its groups need.</summary>
    public IReadOnlyDictionary<string, IReadOnlyList<LockedDependency>> GroupDependencies { get; init; } = new Dictionary<string, IReadOnlyList<LockedDependency>>();

    /// <summary>It as a requirement that allows nothing else; for a solver that shall come to the same.</summary>
    public Requirement ToRequirement() => Requirement.Of(Distribution.Name, Distribution.Version is { } version ? VersionSpecifiers.Exactly(version) : null) with { Marker = Distribution.Marker, Extras = Distribution.Extras };
}
