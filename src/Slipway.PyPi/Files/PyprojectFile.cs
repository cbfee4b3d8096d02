using Slipway.Foundation.Text;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Files;

/// <summary>A <c>pyproject.toml</c> (PEP 518, 621, 735) as far as installing needs it.</summary>
public sealed record PyprojectFile
{
    /// <summary>The file; it has no credentials.</summary>
    public required SourceText Source { get; init; }

    /// <summary>The folder of the project, seen from where the reading began.</summary>
    public required string Folder { get; init; }

    /// <summary>Whether there is a <c>[project]</c>; without, only the project's build knows what it needs.</summary>
    public bool HasProject { get; init; }

    /// <summary>The project; null when it has no static name.</summary>
    public ProjectName? Name { get; init; }

    /// <summary>Its version; null when only its build knows it.</summary>
    public PythonVersion? Version { get; init; }

    /// <summary>The Pythons it is for; null: all.</summary>
    public VersionSpecifiers? RequiresPython { get; init; }

    /// <summary>The fields that only the build knows.</summary>
    public IReadOnlyList<string> Dynamic { get; init; } = [];

    /// <summary>Whether what the project needs stands here, so that no build is needed to know it.</summary>
    public bool HasStaticDependencies => HasProject && !Dynamic.Contains("dependencies") && !Dynamic.Contains("optional-dependencies");

    /// <summary>What the project needs.</summary>
    public IReadOnlyList<WrittenRequirement> Dependencies { get; init; } = [];

    /// <summary>What its extras need besides.</summary>
    public IReadOnlyDictionary<ExtraName, IReadOnlyList<WrittenRequirement>> OptionalDependencies { get; init; } = new Dictionary<ExtraName, IReadOnlyList<WrittenRequirement>>();

    /// <summary>What it needs for itself only.</summary>
    public required DependencyGroups Groups { get; init; }

    /// <summary>How it is built.</summary>
    public BuildSystem Build { get; init; } = BuildSystem.Legacy;

    /// <summary>What uv is told in <c>[tool.uv]</c>.</summary>
    public UvSettings Uv { get; init; } = new();

    /// <summary>The requirements of a group; <c>dev</c> has also what the older <c>dev-dependencies</c> of uv say.</summary>
    /// <param name="name">The group.</param>
    /// <param name="problems">Takes what is wrong with it.</param>
    public IReadOnlyList<WrittenRequirement> Group(string name, ICollection<Diagnostic> problems)
    {
        bool isOld = NormalName.Fold(name) == "dev" && Uv.Development.Count > 0;
        return [.. isOld ? Uv.Development : [], .. isOld && !Groups.Names.Contains("dev") ? [] : Groups.Read(name, problems)];
    }

    /// <summary>What the project needs with some extras, those that extras name of the project itself included (<c>all = ["name[a,b]"]</c>).</summary>
    /// <param name="extras">The extras.</param>
    /// <param name="problems">Takes extras that do not exist.</param>
    public IReadOnlyList<WrittenRequirement> Needed(IEnumerable<ExtraName> extras, ICollection<Diagnostic> problems)
    {
        List<WrittenRequirement> needed = [];
        HashSet<ExtraName> done = [];
        Queue<(ExtraName Extra, WrittenRequirement? By)> open = new(extras.Select(e => (e, (WrittenRequirement?)null)));
        Add(Dependencies);
        while (open.TryDequeue(out (ExtraName Extra, WrittenRequirement? By) next))
        {
            if (!done.Add(next.Extra))
            {
                continue;
            }

            if (OptionalDependencies.TryGetValue(next.Extra, out IReadOnlyList<WrittenRequirement>? more))
            {
                Add(more);
            }
            else if (!Dynamic.Contains("optional-dependencies"))
            {
                string help = OptionalDependencies.Count == 0 ? "there is no [project.optional-dependencies]" : $"there are {string.Join(", ", OptionalDependencies.Keys)}";
                problems.Add(next.By?.Problem("unknown-extra", $"the project has no extra '{next.Extra}'", help) ?? new Diagnostic(Severity.Error, "unknown-extra", $"{Source.Path} has no extra '{next.Extra}'", Help: help));
            }
        }

        return needed;

        void Add(IReadOnlyList<WrittenRequirement> requirements)
        {
            foreach (WrittenRequirement requirement in requirements)
            {
                // A condition on a reference to oneself is rare; it is kept by leaving the reference to the solver.
                if (requirement.Name == Name && Name is not null && requirement is { Marker: null, Url: null })
                {
                    foreach (ExtraName extra in requirement.Extras)
                    {
                        open.Enqueue((extra, requirement));
                    }
                }
                else
                {
                    needed.Add(requirement);
                }
            }
        }
    }
}

/// <summary>How a project is built (PEP 517, PEP 518).</summary>
public sealed record BuildSystem
{
    /// <summary>What a project without <c>[build-system]</c> has (PEP 517): setuptools in the way of old.</summary>
    public static BuildSystem Legacy { get; } = new() { Backend = "setuptools.build_meta:__legacy__", IsWritten = false };

    /// <summary>What must be there before the backend can be asked.</summary>
    public IReadOnlyList<WrittenRequirement> Requires { get; init; } = [];

    /// <summary>The module that builds.</summary>
    public required string Backend { get; init; }

    /// <summary>Folders within the project that the module lies in; none: it is installed.</summary>
    public IReadOnlyList<string> BackendPath { get; init; } = [];

    /// <summary>Whether the file says it; where not, setuptools and wheel are what must be there.</summary>
    public bool IsWritten { get; init; } = true;
}

/// <summary>What <c>[tool.uv]</c> says, as far as it is followed here.</summary>
public sealed record UvSettings
{
    /// <summary>The indexes in their order.</summary>
    public IReadOnlyList<NamedIndex> Indexes { get; init; } = [];

    /// <summary><c>constraint-dependencies</c>.</summary>
    public IReadOnlyList<WrittenRequirement> Constraints { get; init; } = [];

    /// <summary><c>override-dependencies</c>: they take the place of every requirement on their projects.</summary>
    public IReadOnlyList<WrittenRequirement> Overrides { get; init; } = [];

    /// <summary>Projects that are left out wherever they are required (<c>exclude-dependencies</c>).</summary>
    public IReadOnlyList<ProjectName> Excludes { get; init; } = [];

    /// <summary><c>dev-dependencies</c>, the older form of the group <c>dev</c>.</summary>
    public IReadOnlyList<WrittenRequirement> Development { get; init; } = [];

    /// <summary>Groups that are taken when nobody chooses; null: <c>dev</c>.</summary>
    public IReadOnlyList<string>? DefaultGroups { get; init; }
}

/// <summary>An index that a file names (<c>[[tool.uv.index]]</c>, <c>[[source]]</c> of a Pipfile).</summary>
/// <param name="Name">How others refer to it; null: they cannot.</param>
/// <param name="Url">Its address; it may hold credentials.</param>
/// <param name="IsDefault">Whether it takes the place of the usual one.</param>
/// <param name="IsExplicit">Whether it is asked only for projects that name it.</param>
public sealed record NamedIndex(string? Name, WrittenText Url, bool IsDefault, bool IsExplicit);
