using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Inputs;

/// <summary>What files ask for of Python packages, whatever kinds of files they are.</summary>
public sealed record PythonInput
{
    /// <summary>Requirements, constraints and what options of requirements files set.</summary>
    public RequirementsFile File { get; init; } = new() { Requirements = [], Options = new RequirementsOptions() };

    /// <summary>Requirements that stand in for all others on their projects.</summary>
    public IReadOnlyList<Requirement> Overrides { get; init; } = [];

    /// <summary>Projects on which nobody's requirement counts.</summary>
    public IReadOnlyList<ProjectName> Excludes { get; init; } = [];

    /// <summary>Indexes that project files name.</summary>
    public IReadOnlyList<NamedIndex> Indexes { get; init; } = [];

    /// <summary>The Pythons that will do; null: any.</summary>
    public VersionSpecifiers? RequiresPython { get; init; }

    /// <summary>A lock that says the exact packages; null: they are to be found.</summary>
    public LockInput? Lock { get; init; }

    /// <summary>Whether nothing is wanted.</summary>
    public bool IsEmpty => File.Requirements.All(r => r.IsConstraint) && Lock is null;

    /// <summary>Both together.</summary>
    public PythonInput And(PythonInput other) => new()
    {
        File = new RequirementsFile
        {
            Requirements = [.. File.Requirements, .. other.File.Requirements],
            Options = File.Options.And(other.File.Options),
            Files = [.. File.Files, .. other.File.Files],
        },
        Overrides = [.. Overrides, .. other.Overrides],
        Excludes = [.. Excludes, .. other.Excludes],
        Indexes = [.. Indexes, .. other.Indexes],
        RequiresPython = RequiresPython is null ? other.RequiresPython : other.RequiresPython is null ? RequiresPython : RequiresPython.And(other.RequiresPython),
        Lock = Lock ?? other.Lock,
    };

    /// <summary>The index that each project comes from alone on a target, where a file says so: conditions may tell targets apart.</summary>
    public IReadOnlyDictionary<ProjectName, string> BindingsFor(PythonTarget target)
    {
        Dictionary<ProjectName, string> bound = [];
        IEnumerable<(ProjectName Name, string Index)> all = File.Requirements
            .Where(r => r.Name is not null && r.Index is not null && r.Marker?.Evaluate(target.Environment, MarkerContext.Metadata) != false).Select(r => (r.Name!.Value, r.Index!)).Concat(Lock?.Bindings ?? []);
        foreach ((ProjectName name, string index) in all)
        {
            bound.TryAdd(name, index);
        }

        return bound;
    }

    /// <summary>What a solver is asked for; whoever installs adds what is there already, and which versions are preferred.</summary>
    /// <param name="target">What it is for.</param>
    /// <param name="addressOf">Gives the address of a path that a file names.</param>
    /// <param name="nameOf">Finds out what lies at an address where no file says its name.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<PythonRequest> ToRequestAsync(
        PythonTarget target, Func<WrittenRequirement, CancellationToken, Task<string>> addressOf, Func<string, CancellationToken, Task<ProjectName>> nameOf, CancellationToken cancellationToken)
    {
        RequirementsOptions options = File.Options;
        List<Requirement> wanted = [];
        foreach (WrittenRequirement written in File.Requirements.Where(r => !r.IsConstraint))
        {
            string? url = written.Path is null ? written.Url : await addressOf(written, cancellationToken);
            wanted.Add(url is null ? written.ToRequirement()!
                : Requirement.Of(written.Name ?? await nameOf(url, cancellationToken)) with { Url = url, Extras = written.Extras, Marker = written.Marker });
        }

        return new PythonRequest
        {
            Target = target,
            Requirements = wanted,
            Constraints = [.. File.Requirements.Where(r => r.IsConstraint).Select(r => r.ToRequirement()).OfType<Requirement>()],
            Overrides = Overrides,
            Excludes = Excludes.ToHashSet(),
            Prereleases = options.Prereleases.Of,
            FromSource = options.Binaries.Of,
            PreferBinary = options.PreferBinary,
        };
    }

    /// <summary>Refuses a Python that the files exclude.</summary>
    /// <param name="target">What is built for.</param>
    /// <param name="help">What to do about it.</param>
    /// <exception cref="DiagnosticException">The files want another one.</exception>
    public void CheckPython(PythonTarget target, string help)
    {
        if (RequiresPython is { } pythons && !pythons.Contains(target.Python, true))
        {
            throw new DiagnosticException("other-python", $"The project needs Python {pythons}, and this is for {target.Python}.", help);
        }
    }
}
