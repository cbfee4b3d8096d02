using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Solving;

/// <summary>Makes the versions of a project out of its files: which can be chosen, in which order, with which file.</summary>
internal sealed class ReleaseSelection(PythonRequest request, RequestPolicies policies)
{
    // requires-python of packages speaks of releases; an interpreter that is a pre-release counts as what it will be.
    private readonly PythonVersion _python = request.Target.Python.Base;

    /// <summary>All versions, the best first; also those that cannot be chosen.</summary>
    public Release[] Select(ProjectName project, IEnumerable<IndexFile> files)
    {
        List<Release> releases = [];
        foreach (IGrouping<PythonVersion, IndexFile> version in files.GroupBy(f => f.Version))
        {
            // Of several indexes in turn the first that has the version has it alone.
            int priority = version.Min(f => f.Priority);
            releases.Add(Select(project, version.Key, [.. version.Where(f => f.Priority == priority)]) with { Priority = priority });
        }

        bool mixed = policies.MixesPrereleases(project);
        return
        [
            .. releases.OrderBy(r => r.Priority)
                .ThenBy(r => request.PreferBinary && r.File is not { IsSource: false })
                .ThenBy(r => !mixed && r.Version.IsPrerelease)
                .ThenByDescending(r => r.Version),
        ];
    }

    private Release Select(ProjectName project, PythonVersion version, IndexFile[] all)
    {
        var release = new Release(version);
        if (version.IsPrerelease && request.Prereleases(project) == false)
        {
            return release with { Excluded = "it is a pre-release, and those are not wanted" };
        }

        IndexFile[] files = [.. all.Where(Exists)];
        if (files.Length == 0)
        {
            return release with
            {
                Excluded = all.Any(f => f.UploadTime is null) ? "its index does not say when it was uploaded, and newer files are not wanted" : $"it was uploaded after {request.ExcludeNewer:yyyy-MM-dd}",
            };
        }

        if (!policies.IsPinned(project, version))
        {
            IndexFile[] offered = [.. files.Where(f => !f.IsYanked)];
            if (offered.Length == 0)
            {
                return release with { Excluded = files[0].Yanked is { Length: > 0 } reason ? $"it was yanked ({reason.TrimEnd('.')})" : "it was yanked" };
            }

            files = offered;
        }

        IndexFile[] fit = [.. files.Where(f => f.RequiresPython?.Contains(_python) != false)];
        return fit.Length == 0
            ? release with { Files = files, Excluded = NeedsPython(files[0].RequiresPython!) }
            : SelectFile(project, release with { Files = files }, fit);
    }

    /// <summary>Why a version for other Pythons cannot be chosen.</summary>
    public string NeedsPython(VersionSpecifiers wanted) => $"it needs Python {wanted}, and the target has {request.Target.Python}";

    /// <summary>Whether metadata of a file that an index says nothing of are for this Python.</summary>
    public bool FitsPython(VersionSpecifiers? wanted) => wanted?.Contains(_python) != false;

    private Release SelectFile(ProjectName project, Release release, IndexFile[] files)
    {
        bool? fromSource = request.FromSource(project);
        IndexFile[] wheels = fromSource == true ? [] : [.. files.Where(f => f.Wheel is not null)];
        IndexFile? best = null;
        int bestRank = int.MaxValue;
        foreach (IndexFile wheel in wheels)
        {
            if (request.Target.Tags.RankOf(wheel.Wheel!) is { } rank
                && (rank < bestRank || (rank == bestRank && WheelFileName.CompareBuilds(wheel.Wheel!.Build, best!.Wheel!.Build) > 0)))
            {
                (best, bestRank) = (wheel, rank);
            }
        }

        // Where a version has both, .tar.gz is the form of today (PEP 625).
        IndexFile[] sources = [.. files.Where(f => f.IsSource).OrderBy(f => f.FileName.EndsWith(".zip", StringComparison.OrdinalIgnoreCase))];
        best ??= fromSource == false ? null : sources.FirstOrDefault();
        return best is not null ? release with { File = best } : release with { Excluded = Unusable(wheels, sources, fromSource) };
    }

    private string Unusable(IndexFile[] wheels, IndexFile[] sources, bool? fromSource)
    {
        string noSource = sources.Length == 0 ? "no source distribution" : "building it is not allowed";
        return fromSource == true ? "it has no source distribution, and its wheels are not wanted"
            : wheels.Length == 0 ? $"it has no wheel, and {(sources.Length == 0 ? "there is " : "")}{noSource}"
            : $"it has no wheel for {request.Target} ({WheelMismatch.Describe(wheels, request.Target)}), and {(sources.Length == 0 ? "there is " : "")}{noSource}";
    }

    private bool Exists(IndexFile file) => request.ExcludeNewer is not { } limit || file.UploadTime <= limit || (file.UploadTime is null && file.Url.StartsWith("file:", StringComparison.Ordinal));
}
