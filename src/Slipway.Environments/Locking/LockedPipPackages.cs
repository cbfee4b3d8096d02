using Slipway.Conda.Files;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Versions;

namespace Slipway.Environments.Locking;

/// <summary>The Python packages in a lock of conda packages (<c>manager: pip</c> of conda-lock.yml, <c># pip</c> lines of explicit lists).</summary>
public static class LockedPipPackages
{
    /// <summary>The same as a lock of Python packages.</summary>
    /// <exception cref="DiagnosticException">Something is no name or no version of a Python package.</exception>
    public static PythonLock ToLock(IReadOnlyCollection<LockedPackage> packages)
    {
        HashSet<ProjectName> there = [.. packages.Select(NameOf)];
        return new PythonLock { CreatedBy = "", Packages = [.. packages.Select(p => DistributionOf(p, there))] };
    }

    private static LockedDistribution DistributionOf(LockedPackage package, HashSet<ProjectName> there)
    {
        var file = new LockedFile { Url = package.Url, Hashes = package.Sha256 is { } sha256 ? [new FileHash("sha256", sha256)] : package.Md5 is { } md5 ? [new FileHash("md5", md5)] : [] };
        return new LockedDistribution
        {
            Name = NameOf(package),
            Version = PythonVersion.TryParse(package.Version, out PythonVersion? version) ? version : throw Bad(package),
            Wheels = file.Wheel is null ? [] : [file],
            Sdist = file.Wheel is null ? file : null,
            Dependencies = [.. package.Dependencies.Select(d => ProjectName.TryParse(d.Key, out ProjectName needed) && there.Contains(needed) ? new LockedDependency(needed) : null).OfType<LockedDependency>()],
        };
    }

    private static ProjectName NameOf(LockedPackage package) => ProjectName.TryParse(package.Name, out ProjectName name) ? name : throw Bad(package);

    private static DiagnosticException Bad(LockedPackage package) => new("bad-lock", $"{package.Name} {package.Version} of the lock is no Python package.", "Make the lock again.");
}
