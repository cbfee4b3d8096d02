using System.Collections.Concurrent;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Solving;

/// <summary>Packages of indexes, and of addresses; each is asked for once.</summary>
/// <param name="indexes">The indexes.</param>
/// <param name="sources">What knows what has to be built or lies at an address.</param>
/// <param name="whole">Ends the work that was only announced.</param>
public sealed class IndexPackages(PythonIndexes indexes, ISourceMetadata sources, CancellationToken whole) : IPythonPackages
{
    private readonly ConcurrentDictionary<string, Lazy<Task<CoreMetadata>>> _metadata = new(StringComparer.Ordinal);
    private readonly ConcurrentDictionary<(ProjectName, string), Lazy<Task<CoreMetadata>>> _direct = new();

    /// <inheritdoc/>
    public bool MetadataIsLocal => false;

    /// <inheritdoc/>
    public ValueTask<ProjectFiles> GetProjectAsync(ProjectName project, CancellationToken cancellationToken) => new(indexes.GetProjectAsync(project, cancellationToken));

    /// <inheritdoc/>
    public ValueTask<CoreMetadata> GetMetadataAsync(IndexFile file, CancellationToken cancellationToken) => new(MetadataOf(file).WaitAsync(cancellationToken));

    /// <inheritdoc/>
    public ValueTask<CoreMetadata> GetDirectAsync(ProjectName project, string url, CancellationToken cancellationToken) =>
        new(_direct.GetOrAdd((project, url), key => new Lazy<Task<CoreMetadata>>(() => sources.GetDirectAsync(key.Item1, key.Item2, whole))).Value.WaitAsync(cancellationToken));

    /// <inheritdoc/>
    public void Expect(IReadOnlyList<ProjectName> projects) => indexes.Expect(projects, whole);

    /// <summary>Only of wheels: nothing is built that may not be wanted.</summary>
    public void ExpectMetadata(IndexFile file)
    {
        if (!file.IsSource)
        {
            _ = MetadataOf(file).ContinueWith(static t => _ = t.Exception, CancellationToken.None, TaskContinuationOptions.OnlyOnFaulted, TaskScheduler.Default);
        }
    }

    private Task<CoreMetadata> MetadataOf(IndexFile file) => _metadata.GetOrAdd(file.Url, _ => new Lazy<Task<CoreMetadata>>(() => AskAsync(file))).Value;

    private async Task<CoreMetadata> AskAsync(IndexFile file) => await indexes.GetMetadataAsync(file, whole) ?? await sources.GetMetadataAsync(file, whole);
}
