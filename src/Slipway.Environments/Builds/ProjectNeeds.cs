using Slipway.PyPi.Indexes;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;

namespace Slipway.Environments.Builds;

/// <summary>What a project needs by its metadata.</summary>
internal static class ProjectNeeds
{
    /// <summary>The requirements that hold, without their markers; what extras ask of the project itself (<c>all = ["name[a,b]"]</c>) is followed.</summary>
    public static IReadOnlyList<Requirement> Of(CoreMetadata metadata, IEnumerable<ExtraName> extras, MarkerEnvironment environment)
    {
        List<Requirement> needed = [];
        HashSet<ExtraName> done = [];
        Queue<ExtraName> open = new(extras);
        Add(MarkerContext.Metadata, always: true);
        while (open.TryDequeue(out ExtraName extra))
        {
            if (done.Add(extra))
            {
                Add(MarkerContext.ForExtra(extra), always: false);
            }
        }

        return needed;

        void Add(MarkerContext context, bool always)
        {
            foreach (Requirement requirement in metadata.RequiresDist.Where(r => r.Marker is { } marker ? marker.Evaluate(environment, context) && (always || !marker.Evaluate(environment, MarkerContext.Metadata)) : always))
            {
                if (requirement.Name != metadata.Project)
                {
                    needed.Add(requirement with { Marker = null });
                    continue;
                }

                foreach (ExtraName extra in requirement.Extras)
                {
                    open.Enqueue(extra);
                }
            }
        }
    }
}
