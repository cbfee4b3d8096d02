using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;
using Slipway.PyPi.Tags;

namespace Slipway.PyPi.Installed;

/// <summary>What indexes have, and beside it the distributions of an environment as if there were a wheel of each: a version that is there is one that can be chosen, wherever it came from.</summary>
/// <param name="others">The indexes.</param>
/// <param name="there">The environment.</param>
public sealed class InstalledPackages(IPythonPackages others, InstalledPython there) : IPythonPackages
{
    private const string Scheme = "installed:";

    /// <inheritdoc/>
    public bool MetadataIsLocal => others.MetadataIsLocal;

    /// <summary>Whether a file of a solution is one that is there already.</summary>
    public static bool IsThere(IndexFile? file) => file?.IndexUrl == Scheme;

    /// <inheritdoc/>
    public async ValueTask<ProjectFiles> GetProjectAsync(ProjectName project, CancellationToken cancellationToken)
    {
        ProjectFiles files = await others.GetProjectAsync(project, cancellationToken);
        return there.Find(project) is { Metadata: not null } installed
            ? files with { IsKnown = true, Files = [FileOf(installed), .. files.Files.Where(f => f.Version != installed.Version)] }
            : files;
    }

    /// <inheritdoc/>
    public ValueTask<CoreMetadata> GetMetadataAsync(IndexFile file, CancellationToken cancellationToken) =>
        IsThere(file) ? ValueTask.FromResult(there.Find(file.Project)!.Metadata!) : others.GetMetadataAsync(file, cancellationToken);

    /// <inheritdoc/>
    public ValueTask<CoreMetadata> GetDirectAsync(ProjectName project, string url, CancellationToken cancellationToken) => others.GetDirectAsync(project, url, cancellationToken);

    /// <inheritdoc/>
    public void Expect(IReadOnlyList<ProjectName> projects) => others.Expect(projects);

    /// <inheritdoc/>
    public void ExpectMetadata(IndexFile file)
    {
        if (!IsThere(file))
        {
            others.ExpectMetadata(file);
        }
    }

    private static IndexFile FileOf(InstalledDistribution installed)
    {
        string name = $"{installed.Name.Value.Replace('-', '_')}-{installed.Version}-py3-none-any{WheelFileName.Extension}";
        return new IndexFile
        {
            FileName = name,
            Url = "file://" + installed.Info,
            Project = installed.Name,
            Version = installed.Version,
            Wheel = WheelFileName.TryParse(name, out WheelFileName? wheel) ? wheel : throw new InvalidOperationException($"{name} is the name of a wheel"),
            IndexUrl = Scheme,
        };
    }
}
