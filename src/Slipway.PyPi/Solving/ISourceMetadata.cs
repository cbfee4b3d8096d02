using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Solving;

/// <summary>What is only known of a distribution when it is fetched and perhaps built: of source distributions without static metadata, and of what lies at an address.</summary>
public interface ISourceMetadata
{
    /// <summary>The metadata of a source distribution of an index.</summary>
    /// <exception cref="FormatException">It cannot be built; the message says why, as half a sentence. The version is passed over.</exception>
    Task<CoreMetadata> GetMetadataAsync(IndexFile source, CancellationToken cancellationToken);

    /// <summary>The metadata of what lies at an address; see <see cref="IPythonPackages.GetDirectAsync"/>.</summary>
    Task<CoreMetadata> GetDirectAsync(ProjectName project, string url, CancellationToken cancellationToken);
}
