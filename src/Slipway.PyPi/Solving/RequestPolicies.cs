using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Solving;

/// <summary>What the request itself says of single projects. It is all known before the search begins, so that which versions a project has never changes on the way.</summary>
internal sealed class RequestPolicies
{
    private readonly PythonRequest _request;
    private readonly Dictionary<ProjectName, List<VersionSpecifiers>> _own;
    private readonly Dictionary<ProjectName, Requirement[]> _overrides;
    private readonly Dictionary<ProjectName, string> _urls = [];

    /// <exception cref="DiagnosticException">Two addresses are given for one project.</exception>
    public RequestPolicies(PythonRequest request)
    {
        _request = request;
        Requirement[] said = [.. request.Requirements.Concat(request.Constraints).Concat(request.Overrides).Where(Holds)];
        _own = said.GroupBy(r => r.Name).ToDictionary(g => g.Key, g => g.Select(r => r.Specifiers).ToList());
        _overrides = request.Overrides.GroupBy(r => r.Name).ToDictionary(g => g.Key, g => g.ToArray());
        foreach (Requirement requirement in said)
        {
            AddUrl(requirement, null);
        }
    }

    /// <summary>The addresses that the request names, those of requirements of what lies there included, by project.</summary>
    public IReadOnlyDictionary<ProjectName, string> Urls => _urls;

    /// <summary>Whether pre-releases of the project count as much as stable versions.</summary>
    public bool MixesPrereleases(ProjectName project) =>
        _request.Prereleases(project) ?? (_own.TryGetValue(project, out List<VersionSpecifiers>? own) && own.Any(s => s.NamesPrerelease));

    /// <summary>Whether the request asks for exactly this version, or a lock had it: then it may be one that was taken back (PEP 592).</summary>
    public bool IsPinned(ProjectName project, PythonVersion version) =>
        (_own.TryGetValue(project, out List<VersionSpecifiers>? own) && own.Any(s => s.Pin is not null && s.Contains(version)))
        || (_request.Preferred.TryGetValue(project, out PythonVersion? preferred) && preferred == version);

    /// <summary>Whether the requirement's marker holds for the target, outside of extras.</summary>
    /// <exception cref="DiagnosticException">The marker has no answer.</exception>
    public bool Holds(Requirement requirement)
    {
        try
        {
            return requirement.Marker?.Evaluate(_request.Target.Environment, MarkerContext.Metadata) != false;
        }
        catch (UndefinedMarkerException e)
        {
            throw new DiagnosticException("marker", $"The requirement on {requirement.Name} cannot be decided: {e.Message}.", "Compare texts with ==, !=, in or not in, and versions with the operators of versions.");
        }
    }

    /// <summary>What a requirement comes to after excludes and overrides; its own marker is known to hold, or an override stands in for it.</summary>
    public IEnumerable<Requirement> Apply(Requirement requirement)
    {
        if (_request.Excludes.Contains(requirement.Name))
        {
            return [];
        }

        return !_overrides.TryGetValue(requirement.Name, out Requirement[]? overrides) ? [requirement]
            : overrides.Where(Holds).Select(o => o with { Extras = [.. o.Extras.Union(requirement.Extras).Order()], WrittenExtras = [] });
    }

    /// <summary>Whether requirements on the project are replaced, markers and all.</summary>
    public bool IsOverridden(ProjectName project) => _overrides.ContainsKey(project);

    /// <summary>Notes the address of a requirement; false when that project had it already, or has none.</summary>
    /// <param name="requirement">The requirement.</param>
    /// <param name="by">Who has it; null: the request.</param>
    /// <exception cref="DiagnosticException">The project is to come from elsewhere, too.</exception>
    public bool AddUrl(Requirement requirement, ProjectName? by)
    {
        if (requirement.Url is not { } url || _urls.TryAdd(requirement.Name, url))
        {
            return requirement.Url is not null;
        }

        return _urls[requirement.Name] == url ? false : throw new DiagnosticException(
            "two-addresses", $"{requirement.Name} is to come from {UrlCredentials.Strip(_urls[requirement.Name])} and from {UrlCredentials.Strip(url)}{(by is null ? "" : $", which {by} asks for")}.",
            "A project can only come from one place; leave one of them out, or decide with an override.");
    }
}
