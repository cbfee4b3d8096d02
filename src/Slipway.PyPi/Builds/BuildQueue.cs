using Slipway.Packages.Archives;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Wheels;

namespace Slipway.PyPi.Builds;

/// <summary>Builds what has no wheel, one after the other. What builds is made when the first build is needed, because that may take a sandbox, an image or a network.</summary>
/// <param name="archives">Where archives are kept.</param>
/// <param name="temporary">A folder of this command.</param>
/// <param name="choose">Chooses the wheels that a build needs.</param>
/// <param name="make">Makes the builder, which is given what picks and fetches these wheels.</param>
public sealed class BuildQueue(
    ArchiveCache archives, Func<string> temporary, Func<IReadOnlyList<Requirement>, CancellationToken, Task<IReadOnlyList<IndexFile>>> choose,
    Func<BuildWheelSolver, CancellationToken, Task<SourceBuilder>> make) : IDisposable
{
    private readonly SemaphoreSlim _one = new(1);
    private readonly List<WheelArchive> _wheels = [];
    private SourceBuilder? _builder;

    /// <summary>The metadata of a source; see <see cref="SourceBuilder.GetMetadataAsync"/>.</summary>
    public Task<CoreMetadata> GetMetadataAsync(BuildSource source, CancellationToken cancellationToken) => RunAsync(builder => builder.GetMetadataAsync(source, cancellationToken), cancellationToken);

    /// <summary>The wheel of a source, built if it is not there.</summary>
    public Task<ArchiveSource> BuildAsync(BuildSource source, CancellationToken cancellationToken) =>
        RunAsync(async builder => (await builder.BuildAsync(source, cancellationToken)).ToArchiveSource(), cancellationToken);

    /// <summary>The archives of the wheels that a build of the source needs.</summary>
    public Task<IReadOnlyList<ArchiveSource>> WheelsForAsync(BuildSource source, CancellationToken cancellationToken) =>
        RunAsync<IReadOnlyList<ArchiveSource>>(async builder => [.. (await builder.WheelsForAsync(source, cancellationToken)).Select(wheel => wheel.Source)], cancellationToken);

    /// <summary>Brings the wheels of a build here; they stay this queue's.</summary>
    public async Task<IReadOnlyList<BuildWheel>> FetchAsync(IReadOnlyList<ArchiveSource> sources, CancellationToken cancellationToken)
    {
        IReadOnlyList<WheelArchive> wheels = await new WheelFetcher(archives, temporary()) { Shares = true }.FetchAsync(sources, cancellationToken);
        _wheels.AddRange(wheels);
        return [.. sources.Zip(wheels, (source, wheel) => new BuildWheel(wheel, archives.Find(source)?.Digest ?? throw new InvalidOperationException($"{source.FileName} was just fetched"), source))];
    }

    public void Dispose()
    {
        _wheels.ForEach(w => w.Dispose());
        _one.Dispose();
    }

    private async Task<T> RunAsync<T>(Func<SourceBuilder, Task<T>> work, CancellationToken cancellationToken)
    {
        await _one.WaitAsync(cancellationToken);
        try
        {
            return await work(_builder ??= await make(async (requirements, token) => await FetchAsync([.. (await choose(requirements, token)).Select(file => file.ToArchiveSource())], token), cancellationToken));
        }
        finally
        {
            _one.Release();
        }
    }
}
