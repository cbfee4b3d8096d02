using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;
using Slipway.Resolution;

namespace Slipway.PyPi.Solving;

/// <summary>Numbers for names (a project, or a project with one extra) and for what requirements say of them.</summary>
internal sealed class RequirementTable
{
    private readonly Dictionary<(ProjectName, ExtraName?), NameId> _ids = [];
    private readonly List<(ProjectName Project, ExtraName? Extra)> _names = [];
    private readonly Dictionary<(NameId, VersionSpecifiers), VersionSetId> _setIds = [];
    private readonly List<(NameId Name, VersionSpecifiers Specifiers)> _sets = [];

    public NameId Name(ProjectName project, ExtraName? extra = null)
    {
        if (!_ids.TryGetValue((project, extra), out NameId id))
        {
            _ids[(project, extra)] = id = new NameId(_names.Count);
            _names.Add((project, extra));
        }

        return id;
    }

    public ProjectName ProjectOf(NameId name) => _names[name.Value].Project;

    public ExtraName? ExtraOf(NameId name) => _names[name.Value].Extra;

    public string TextOf(NameId name) => _names[name.Value] is (var project, { } extra) ? $"{project}[{extra}]" : ProjectOf(name).Value;

    public NameId NameOf(VersionSetId set) => _sets[set.Value].Name;

    public VersionSpecifiers SpecifiersOf(VersionSetId set) => _sets[set.Value].Specifiers;

    public VersionSetId Set(NameId name, VersionSpecifiers specifiers)
    {
        if (!_setIds.TryGetValue((name, specifiers), out VersionSetId id))
        {
            _setIds[(name, specifiers)] = id = new VersionSetId(_sets.Count);
            _sets.Add((name, specifiers));
        }

        return id;
    }

    /// <summary>The dependencies that a requirement means: on the project, and on each of its extras.</summary>
    public IEnumerable<Dependency> Dependencies(Requirement requirement)
    {
        yield return new Dependency(Set(Name(requirement.Name), requirement.Specifiers));
        foreach (ExtraName extra in requirement.Extras)
        {
            yield return new Dependency(Set(Name(requirement.Name, extra), requirement.Specifiers));
        }
    }
}
