using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Locks;

/// <summary>Follows the dependencies of a lock that holds all environments at once (<c>uv.lock</c>) from the project, as far as their conditions hold.</summary>
internal static class ForeignWalk
{
    public static List<LockedDistribution> From(ForeignLock from, MarkerEnvironment environment, IReadOnlyCollection<ExtraName> extras, IReadOnlyCollection<string> groups)
    {
        ILookup<ProjectName, ForeignPackage> packages = from.Packages.Where(p => Holds(p.Distribution.Marker, MarkerContext.Metadata)).ToLookup(p => p.Distribution.Name);
        HashSet<ForeignPackage> found = [];
        HashSet<(ForeignPackage, ExtraName)> extended = [];
        Queue<LockedDependency> open = [];
        foreach (ForeignPackage root in from.Packages.Where(p => p.IsRoot))
        {
            Take(root, extras);
            foreach (string group in groups)
            {
                Follow(root.GroupDependencies.GetValueOrDefault(NormalName.Fold(group)) ?? [], MarkerContext.Metadata);
            }
        }

        while (open.TryDequeue(out LockedDependency? dependency))
        {
            foreach (ForeignPackage package in packages[dependency.Name].Where(p => dependency.Version is null || p.Distribution.Version is null || p.Distribution.Version == dependency.Version))
            {
                Take(package, dependency.Extras ?? []);
            }
        }

        return [.. from.Packages.Where(p => found.Contains(p) && !p.IsVirtual).Select(p => p.Distribution with { Marker = null })];

        void Take(ForeignPackage package, IReadOnlyCollection<ExtraName> with)
        {
            if (found.Add(package))
            {
                Follow(package.Distribution.Dependencies, MarkerContext.Metadata);
            }

            foreach (ExtraName extra in with.Where(e => extended.Add((package, e))))
            {
                Follow(package.OptionalDependencies.GetValueOrDefault(extra.Value) ?? [], MarkerContext.ForExtra(extra));
            }
        }

        void Follow(IReadOnlyList<LockedDependency> dependencies, MarkerContext context)
        {
            foreach (LockedDependency dependency in dependencies.Where(d => Holds(d.Marker, context)))
            {
                open.Enqueue(dependency);
            }
        }

        bool Holds(Marker? marker, MarkerContext context) => marker is null || marker.Evaluate(environment, context);
    }
}
