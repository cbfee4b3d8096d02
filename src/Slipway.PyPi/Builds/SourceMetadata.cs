using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;

namespace Slipway.PyPi.Builds;

/// <summary>What the search for a solution wants to know of source distributions: they are fetched, and built if their files leave it open.</summary>
/// <param name="archives">Where archives are kept.</param>
/// <param name="builds">Builds.</param>
/// <param name="direct">Knows what lies at addresses.</param>
public sealed class SourceMetadata(ArchiveCache archives, BuildQueue builds, Func<ProjectName, string, CancellationToken, Task<CoreMetadata>> direct) : ISourceMetadata
{
    /// <inheritdoc/>
    public async Task<CoreMetadata> GetMetadataAsync(IndexFile source, CancellationToken cancellationToken)
    {
        try
        {
            return await builds.GetMetadataAsync(await SourceOfAsync(source, cancellationToken), cancellationToken);
        }
        catch (DiagnosticException e) when (e.Diagnostics[0].Code is "build-failed" or "wrong-build" or "no-project" or "hostile-source" or "damaged-source" or "no-builder")
        {
            throw new FormatException(e.Diagnostics[0].Message, e);
        }
    }

    /// <inheritdoc/>
    public Task<CoreMetadata> GetDirectAsync(ProjectName project, string url, CancellationToken cancellationToken) => direct(project, url, cancellationToken);

    private async Task<BuildSource> SourceOfAsync(IndexFile source, CancellationToken cancellationToken) =>
        BuildSource.Of(await archives.GetAsync(source.ToArchiveSource(), _ => { }, cancellationToken)) with { Project = source.Project, Version = source.Version };
}
