using Slipway.PyPi.Markers;

namespace Slipway.PyPi.Locks;

/// <summary>What was resolved for one target.</summary>
/// <param name="Environment">Holds for this target and for no other of the lock; null: there is only this one.</param>
/// <param name="Packages">The locked projects.</param>
public sealed record TargetLock(Marker? Environment, IReadOnlyList<LockedDistribution> Packages);

/// <summary>Puts the locks of several targets together: what is the same for all has no condition, the rest holds where it was resolved.</summary>
public static class LockMerger
{
    /// <summary>The packages of all targets.</summary>
    public static IReadOnlyList<LockedDistribution> Merge(IReadOnlyList<TargetLock> targets)
    {
        List<LockedDistribution> merged = [];
        foreach (IGrouping<string, (LockedDistribution Package, Marker? Environment)> same in targets
            .SelectMany(t => t.Packages.Select(p => (Package: p, t.Environment)))
            .GroupBy(p => Identity(p.Package)))
        {
            LockedDistribution first = same.First().Package;
            Marker? where = same.Count() == targets.Count ? null : same.Select(p => p.Environment).Aggregate((a, b) => a is null || b is null ? null : a.Or(b));
            merged.Add(first with
            {
                Marker = where is null ? first.Marker : first.Marker?.And(where) ?? where,
                Wheels = [.. same.SelectMany(p => p.Package.Wheels).DistinctBy(w => w.FileName)],
                Sdist = same.Select(p => p.Package.Sdist).FirstOrDefault(s => s is not null),
                Dependencies = [.. same.SelectMany(p => p.Package.Dependencies).DistinctBy(d => (d.Name, d.Version))],
                Extras = [.. same.SelectMany(p => p.Package.Extras).Distinct().Order()],
                AskedBy = [.. same.SelectMany(p => p.Package.AskedBy).Distinct()],
                IsDirect = same.Any(p => p.Package.IsDirect),
            });
        }

        return [.. PylockWriter.Ordered(merged)];
    }

    // The chosen wheel may differ between targets; project, version and source may not.
    private static string Identity(LockedDistribution package) => string.Join(
        '\n', package.Name, package.Version, package.Marker, package.Vcs?.Url ?? package.Vcs?.Path, package.Vcs?.CommitId, package.Vcs?.Subdirectory, package.Directory?.Path, package.Directory?.Subdirectory,
        package.Archive?.Url ?? package.Archive?.Path, package.Index);
}
