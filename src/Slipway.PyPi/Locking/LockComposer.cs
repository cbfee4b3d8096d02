using System.Globalization;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Locking;

/// <summary>The solution for one target.</summary>
public sealed record SolvedTarget(PythonTarget Target, PythonSolution Solution);

/// <summary>Makes one lock of the solutions for several targets: what they have in common once, what only some have with a marker (see docs/decisions/0090).</summary>
public static class LockComposer
{
    /// <param name="solved">The solutions; each target once.</param>
    /// <param name="createdBy">The tool's name.</param>
    /// <param name="askedBy">The files that ask for a project.</param>
    /// <param name="archiveOf">The file of a distribution that is taken from an address, with its hash.</param>
    /// <exception cref="DiagnosticException">Two targets need different versions of a project, and no marker can tell the targets apart; or a file has no hash.</exception>
    public static PythonLock Compose(
        IReadOnlyList<SolvedTarget> solved, string createdBy, Func<ProjectName, IReadOnlyList<string>> askedBy, Func<SolvedDistribution, LockedFile> archiveOf)
    {
        Marker[] environments = [.. solved.Select(s => MarkerOf(s.Target))];
        List<LockedDistribution> packages = [];
        foreach (var project in solved.SelectMany((s, i) => s.Solution.Distributions.Select(d => (Target: i, Distribution: d))).GroupBy(d => d.Distribution.Name))
        {
            var variants = project.GroupBy(d => (d.Distribution.Version, d.Distribution.Url, Index: d.Distribution.File?.IndexUrl)).ToList();
            foreach (var variant in variants)
            {
                int[] targets = [.. variant.Select(d => d.Target).Distinct()];
                packages.Add(PackageOf([.. variant.Select(d => d.Distribution)], [.. targets.Select(t => solved[t].Target)], askedBy, archiveOf) with
                {
                    Marker = targets.Length == solved.Count ? null : targets.Select(t => environments[t]).Distinct().Aggregate((a, b) => a.Or(b)),
                });
            }

            CheckApart(project.Key, [.. variants.Select(v => (v.Key.Version, v.Select(d => environments[d.Target]).ToHashSet()))]);
        }

        return new PythonLock
        {
            CreatedBy = createdBy,
            Environments = [.. environments.Distinct()],
            RequiresPython = VersionSpecifiers.Parse(">=" + solved.Min(s => Short(s.Target.Python))),
            Packages = [.. packages.OrderBy(p => p.Name).ThenBy(p => p.Version)],
        };
    }

    /// <summary>What tells a target from others in markers; its C library cannot be told.</summary>
    public static Marker MarkerOf(PythonTarget target) => Marker.Parse(
        $"implementation_name == '{PythonTarget.Implementation}' and platform_machine == '{target.Architecture}' and python_version == '{target.ShortVersion}' and sys_platform == 'linux'");

    private static PythonVersion Short(PythonVersion version) => PythonVersion.Parse(string.Create(CultureInfo.InvariantCulture, $"{version.Major}.{version.Minor}"));

    private static void CheckApart(ProjectName project, IReadOnlyList<(PythonVersion Version, HashSet<Marker> Markers)> variants)
    {
        for (int i = 1; i < variants.Count; i++)
        {
            if (variants.Take(i).FirstOrDefault(v => v.Markers.Overlaps(variants[i].Markers)) is { Markers: not null } other)
            {
                throw new DiagnosticException(
                    "targets-alike", $"The targets need {project} {other.Version} and {variants[i].Version}, but they differ only in what markers cannot see, such as the C library.",
                    "Lock these targets each into a file of its own.");
            }
        }
    }

    private static LockedDistribution PackageOf(
        IReadOnlyList<SolvedDistribution> same, IReadOnlyList<PythonTarget> targets, Func<ProjectName, IReadOnlyList<string>> askedBy, Func<SolvedDistribution, LockedFile> archiveOf)
    {
        SolvedDistribution first = same[0];
        IndexFile[] files = [.. same.SelectMany(d => d.Files).DistinctBy(f => f.Url).Where(f => f.IsSource || targets.Any(t => t.Tags.RankOf(f.Wheel!) is not null)).OrderBy(f => f.FileName, StringComparer.Ordinal)];
        IndexFile? source = files.FirstOrDefault(f => f.IsSource);
        return new LockedDistribution
        {
            Name = first.Name,
            Version = first.Version,
            RequiresPython = first.Metadata.RequiresPython,
            Dependencies = [.. same.SelectMany(d => d.Dependencies).Select(r => new LockedDependency(r.Name)).DistinctBy(d => d.Name).OrderBy(d => d.Name)],
            Index = first.File?.IndexUrl is { } index && !index.StartsWith("file:", StringComparison.Ordinal) ? index : null,
            Archive = first.File is null ? archiveOf(first) : null,
            Sdist = source is null ? null : FileOf(source),
            Wheels = [.. files.Where(f => !f.IsSource).Select(FileOf)],
            Extras = [.. same.SelectMany(d => d.Extras).Distinct().Order()],
            IsDirect = same.Any(d => d.IsDirect),
            AskedBy = same.Any(d => d.IsDirect) ? askedBy(first.Name) : [],
        };
    }

    private static LockedFile FileOf(IndexFile file)
    {
        bool isHere = file.Url.StartsWith("file:", StringComparison.Ordinal);
        return new LockedFile
        {
            WrittenName = file.FileName,
            Url = isHere ? null : file.Url,
            Path = isHere ? new Uri(file.Url).LocalPath : null,
            Size = file.Size,
            UploadTime = file.UploadTime,
            Hashes = file.Hashes.Count > 0 ? [.. file.Hashes.Select(h => new FileHash(h.Name, h.Hex))] : throw new DiagnosticException(
                "no-hash", $"The index {file.IndexUrl} says no hash of {file.FileName}, so it cannot be locked.", "Take it from an index that says the hashes of its files."),
        };
    }
}
