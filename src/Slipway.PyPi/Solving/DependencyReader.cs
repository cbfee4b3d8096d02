using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.Resolution;

namespace Slipway.PyPi.Solving;

/// <summary>Finds which requirements of a distribution hold for the target.</summary>
internal sealed class DependencyReader(PythonRequest request, RequestPolicies policies, RequirementTable table)
{
    private readonly Dictionary<(Marker, ExtraName?), bool> _answers = [];

    /// <summary>The requirements of the distribution itself, or those that one of its extras adds; overrides and excludes are applied.</summary>
    /// <exception cref="UndefinedMarkerException">A marker has no answer.</exception>
    public IReadOnlyList<Requirement> Requirements(CoreMetadata metadata, ExtraName? extra)
    {
        List<Requirement> all = [];
        foreach (Requirement requirement in metadata.RequiresDist)
        {
            if (Holds(requirement, extra))
            {
                all.AddRange(policies.Apply(requirement));
            }
        }

        return all;
    }

    /// <summary>As <see cref="Requirements"/>, for the solver.</summary>
    public DependencyList Read(CoreMetadata metadata, ExtraName? extra)
    {
        IReadOnlyList<Requirement> requirements;
        try
        {
            requirements = Requirements(metadata, extra);
        }
        catch (UndefinedMarkerException e)
        {
            return new DependencyList { Unknown = $"one of its requirements cannot be decided: {e.Message}" };
        }

        foreach (Requirement requirement in requirements)
        {
            // An index must not lead anywhere else; only what the request names, and what lies there, may.
            if (requirement.Url is { } url && (!policies.Urls.TryGetValue(requirement.Name, out string? known) || known != url))
            {
                return new DependencyList { Unknown = $"it wants {requirement.Name} from {UrlCredentials.Strip(url)}, and only the request may name addresses" };
            }
        }

        return new DependencyList(requirements.SelectMany(table.Dependencies).ToArray());
    }

    private bool Holds(Requirement requirement, ExtraName? extra)
    {
        if (requirement.Marker is not { } marker)
        {
            return extra is null;
        }

        // An override stands in whatever the environment is; what belongs to an extra still belongs to it.
        if (extra is null && policies.IsOverridden(requirement.Name) && !marker.Uses(MarkerVariable.Extra))
        {
            return true;
        }

        if (!_answers.TryGetValue((marker, extra), out bool holds))
        {
            bool without = marker.Evaluate(request.Target.Environment, MarkerContext.Metadata);
            holds = extra is { } name ? !without && marker.Evaluate(request.Target.Environment, MarkerContext.ForExtra(name)) : without;
            _answers.Add((marker, extra), holds);
        }

        return holds;
    }
}
