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
    /// <param name="withPlace">Completes a package that is taken from an address with what lies there.</param>
    /// <param name="relocate">Makes an absolute path one that is seen from the lock.</param>
    /// <exception cref="DiagnosticException">Two targets need different versions of a project, and no marker can tell the targets apart; or a file has no hash.</exception>
    public static PythonLock Compose(
        IReadOnlyList<SolvedTarget> solved, string createdBy, Func<ProjectName, IReadOnlyList<string>> askedBy, Func<LockedDistribution, SolvedDistribution, LockedDistribution> withPlace,
        Func<string, string> relocate)
    {
        CheckApart(solved);
        TargetLock[] targets = [.. solved.Select(s => new TargetLock(
            solved.Count == 1 ? null : MarkerOf(s.Target), [.. s.Solution.Distributions.Select(d => Relocated(PackageOf(d, s.Target, askedBy, withPlace), relocate))]))];
        return new PythonLock
        {
            CreatedBy = createdBy,
            Environments = [.. solved.Select(s => MarkerOf(s.Target)).Distinct()],
            RequiresPython = VersionSpecifiers.Parse(">=" + solved.Min(s => Short(s.Target.Python))),
            Packages = LockMerger.Merge(targets),
        };
    }

    /// <summary>One lock of what another lock has for each target.</summary>
    /// <param name="selected">What it has; each target once.</param>
    /// <param name="createdBy">The tool's name.</param>
    /// <param name="relocate">Makes an absolute path one that is seen from the new lock.</param>
    /// <exception cref="DiagnosticException">A file has no hash.</exception>
    public static PythonLock Convert(IReadOnlyList<(PythonTarget Target, IReadOnlyList<LockedDistribution> Packages)> selected, string createdBy, Func<string, string> relocate) => new()
    {
        CreatedBy = createdBy,
        Environments = [.. selected.Select(s => MarkerOf(s.Target)).Distinct()],
        RequiresPython = VersionSpecifiers.Parse(">=" + selected.Min(s => Short(s.Target.Python))),
        Packages = LockMerger.Merge([.. selected.Select(s => new TargetLock(selected.Count == 1 ? null : MarkerOf(s.Target), [.. s.Packages.Select(p => ConvertedOf(p, s.Target, relocate))]))]),
    };

    /// <summary>What tells a target from others in markers; its C library cannot be told.</summary>
    public static Marker MarkerOf(PythonTarget target) => Marker.Parse(
        $"implementation_name == '{PythonTarget.Implementation}' and platform_machine == '{target.Architecture}' and python_version == '{target.ShortVersion}' and sys_platform == 'linux'");

    private static PythonVersion Short(PythonVersion version) => PythonVersion.Parse(string.Create(CultureInfo.InvariantCulture, $"{version.Major}.{version.Minor}"));

    private static void CheckApart(IReadOnlyList<SolvedTarget> solved)
    {
        foreach (var alike in solved.GroupBy(s => MarkerOf(s.Target)).Where(g => g.Count() > 1))
        {
            foreach (var project in alike.SelectMany(s => s.Solution.Distributions).GroupBy(d => d.Name))
            {
                PythonVersion[] versions = [.. project.Select(d => d.Version).Distinct().Order()];
                if (versions.Length > 1)
                {
                    throw new DiagnosticException(
                        "targets-alike", $"The targets need {project.Key} {string.Join(" and ", versions.AsEnumerable())}, but they differ only in what markers cannot see, such as the C library.",
                        "Lock these targets each into a file of its own.");
                }
            }
        }
    }

    private static LockedDistribution PackageOf(SolvedDistribution solved, PythonTarget target, Func<ProjectName, IReadOnlyList<string>> askedBy, Func<LockedDistribution, SolvedDistribution, LockedDistribution> withPlace)
    {
        IndexFile[] files = [.. solved.Files.Where(f => !f.IsSource && target.Tags.RankOf(f.Wheel!) is not null)];
        IndexFile? source = solved.Files.FirstOrDefault(f => f.IsSource);
        var package = new LockedDistribution
        {
            Name = solved.Name,
            Version = solved.Version,
            RequiresPython = solved.Metadata.RequiresPython,
            Dependencies = [.. solved.Dependencies.Select(r => r.Name).Distinct().Order().Select(n => new LockedDependency(n))],
            Index = solved.File?.IndexUrl is { } index && index.StartsWith("http", StringComparison.Ordinal) ? index : null,
            Sdist = source is null ? null : FileOf(source),
            Wheels = [.. files.Select(FileOf).OrderBy(f => f.FileName, StringComparer.Ordinal)],
            Extras = solved.Extras,
            IsDirect = solved.IsDirect,
            AskedBy = solved.IsDirect ? askedBy(solved.Name) : [],
        };
        return solved.File is null ? withPlace(package, solved) : package;
    }

    private static LockedDistribution ConvertedOf(LockedDistribution package, PythonTarget target, Func<string, string> relocate)
    {
        LockedDistribution converted = package with
        {
            Wheels = [.. package.Wheels.Where(w => w.Wheel is { } wheel && target.Tags.RankOf(wheel) is not null).OrderBy(f => f.FileName, StringComparer.Ordinal)],
            Index = package.Index is { } index && index.StartsWith("http", StringComparison.Ordinal) ? index : null,
        };
        return converted.Files.FirstOrDefault(file => !file.Hashes.Any(h => h.IsStrong)) is { } bare
            ? throw new DiagnosticException("no-hash", $"The lock has no hash of {bare.FileName}, so it cannot be locked again.", "Make the other lock again with a newer version of its tool.")
            : Relocated(converted, relocate);
    }

    private static LockedDistribution Relocated(LockedDistribution package, Func<string, string> relocate)
    {
        LockedFile? Of(LockedFile? file) => file is { Path: { } path } ? file with { Path = relocate(path) } : file;
        return package with
        {
            Directory = package.Directory is { } folder ? folder with { Path = relocate(folder.Path) } : null,
            Archive = Of(package.Archive),
            Sdist = Of(package.Sdist),
            Wheels = [.. package.Wheels.Select(w => Of(w)!)],
        };
    }

    private static LockedFile FileOf(IndexFile file) => FileOf(file, file.Hashes.Count > 0 ? [.. file.Hashes.Select(h => new FileHash(h.Name, h.Hex))] : throw new DiagnosticException(
        "no-hash", $"The index {file.IndexUrl} says no hash of {file.FileName}, so it cannot be locked.", "Take it from an index that says the hashes of its files."));

    /// <summary>A file of an index as a lock has it.</summary>
    internal static LockedFile FileOf(IndexFile file, IReadOnlyList<FileHash> hashes)
    {
        bool isHere = file.Url.StartsWith("file:", StringComparison.Ordinal);
        return new LockedFile
        {
            WrittenName = file.FileName,
            Url = isHere ? null : file.Url,
            Path = isHere ? new Uri(file.Url).LocalPath : null,
            Size = file.Size,
            UploadTime = file.UploadTime,
            Hashes = hashes,
        };
    }
}
