using Slipway.Environments.Locking;
using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;
using Slipway.PyPi.Wheels;

namespace Slipway.Environments.Builds;

/// <summary>
/// Whether the lock has what a project needs that was built anew. Which files decide that is known only to the project's build, so an edit may change it unnoticed.
/// </summary>
internal static class ProjectCheck
{
    /// <exception cref="DiagnosticException">The lock lacks something, or has it in a version that will not do.</exception>
    public static async Task CheckAsync(LockedProject project, WheelArchive wheel, PlatformLock locked, PythonTarget target, CancellationToken cancellationToken)
    {
        CoreMetadata metadata = CoreMetadata.Read(await wheel.ReadMetadataAsync(cancellationToken));
        Dictionary<ProjectName, PythonVersion> versions = CondaPythons.Of(locked.Conda.Select(p => p.Record));
        foreach (LockedPythonPackage package in locked.Python)
        {
            versions[ProjectName.Parse(package.Name)] = PythonVersion.Parse(package.Version);
        }

        Requirement? missing = ProjectNeeds.Of(metadata, project.Extras.Select(ExtraName.Parse), target.Environment).FirstOrDefault(needed =>
            !locked.Projects.Any(p => p.Name == needed.Name.Value) && !(versions.TryGetValue(needed.Name, out PythonVersion? version) && needed.Specifiers.Contains(version, true)));
        if (missing is not null)
        {
            throw new DiagnosticException(
                "lock-outdated", $"{project.Name} now needs {missing}, which {EnvironmentLock.FileName} does not have.", $"Bring it up to date: slipway lock --upgrade {project.Name}");
        }
    }
}
