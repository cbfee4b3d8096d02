using Slipway.Foundation.Text;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Solving;

namespace Slipway.PyPi.Indexes;

/// <summary>Metadata of what lies at an address, where they can be had without building it; the rest is for a builder to say.</summary>
/// <param name="indexes">Reads files, and takes the logins of addresses.</param>
/// <param name="builder">Knows what has to be built; null: nothing may be built.</param>
public sealed class FileSources(PythonIndexes indexes, ISourceMetadata? builder) : ISourceMetadata
{
    /// <inheritdoc/>
    public Task<CoreMetadata> GetMetadataAsync(IndexFile source, CancellationToken cancellationToken) =>
        builder?.GetMetadataAsync(source, cancellationToken) ?? throw new FormatException("what it needs is only known once it is built, and building is not allowed");

    /// <inheritdoc/>
    public async Task<CoreMetadata> GetDirectAsync(ProjectName project, string url, CancellationToken cancellationToken)
    {
        if (DirectFile.TryCreate(project, url) is { } file)
        {
            indexes.Access.Add(new Uri(url));
            try
            {
                if (await indexes.GetMetadataAsync(file, cancellationToken) is { } metadata)
                {
                    return metadata;
                }
            }
            catch (FormatException e)
            {
                throw new DiagnosticException("bad-metadata", $"{file.FileName}, from where {project} is to come, cannot be used: {e.Message}");
            }
        }

        return builder is null
            ? throw new DiagnosticException("needs-build", $"What {project} needs is only known once what lies at its address is built, and building is not allowed.", "Name a wheel, or allow builds.")
            : await builder.GetDirectAsync(project, url, cancellationToken);
    }
}
