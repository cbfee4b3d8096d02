using Slipway.Environments.Locking;
using Slipway.Images.Model;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Files;
using Slipway.PyPi.Locks;
using Slipway.PyPi.Markers;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.Environments.Printing;

/// <summary>The Python packages of a lock as <c>pylock.toml</c> (PEP 751). What conda brings is not among them.</summary>
internal static class PylockExport
{
    /// <summary>The text.</summary>
    public static string Write(EnvironmentLock file)
    {
        bool isOnly = file.Platforms.Length == 1;
        Marker[] machines = [.. file.Platforms.Select(MachineOf)];
        return PylockWriter.Write(new PythonLock
        {
            CreatedBy = "slipway",
            Environments = machines,
            Packages = LockMerger.Merge([.. file.Platforms.Zip(machines).Select(p => new TargetLock(isOnly ? null : p.Second, [.. p.First.Projects.Select(Project), .. p.First.Python.Select(d => Package(d, p.First))]))]),
        });
    }

    // A wheel was chosen for this machine; what else it needs (the Python, the C library) its name says.
    private static Marker MachineOf(PlatformLock locked)
    {
        var platform = Platform.Parse(locked.Platform);
        return Marker.Parse($"platform_machine == '{PythonTarget.ArchitectureOf(platform.Architecture, platform.Variant)}' and sys_platform == 'linux'");
    }

    private static LockedDistribution Project(LockedProject project) => new()
    {
        Name = ProjectName.Parse(project.Name),
        Directory = new LockedDirectory { Path = project.Folder.Length > 0 ? project.Folder : "." },
        IsDirect = true,
    };

    private static LockedDistribution Package(LockedPythonPackage package, PlatformLock all)
    {
        var one = new LockedDistribution
        {
            Name = ProjectName.Parse(package.Name),
            Version = PythonVersion.Parse(package.Version),
            IsDirect = package.IsRequested,
            Dependencies = [.. package.Requires.Where(name => all.Python.Any(p => p.Name == name)).Select(name => new LockedDependency(ProjectName.Parse(name)))],
        };
        if (package.Repository is { } repository)
        {
            RepositoryAddress address = repository.Address;
            return one with
            {
                Vcs = new LockedRepository
                {
                    Type = "git", Url = address.Shown, CommitId = repository.Commit, RequestedRevision = address.Revision == repository.Commit ? null : address.Revision, Subdirectory = address.Subdirectory,
                },
            };
        }

        bool isAddress = package.Url.Contains("://", StringComparison.Ordinal);
        var file = new LockedFile
        {
            WrittenName = package.FileName,
            Url = isAddress ? package.Url : null,
            Path = isAddress ? null : package.LocalPath ?? package.Url,
            Size = package.Size,
            Subdirectory = package.Subdirectory,
            Hashes = package.Sha256 is { } sha256 ? [new FileHash("sha256", sha256)] : [],
        };
        return package.IsDirect ? one with { Archive = file } : file.Wheel is not null ? one with { Wheels = [file] } : one with { Sdist = file };
    }
}
