using Slipway.Packages.Archives;
using Slipway.Packages.Contents;

namespace Slipway.PyPi.Wheels;

/// <summary>Brings wheels here, checks and unpacks them, several at once. The order in which that happens does not show in the result.</summary>
/// <param name="cache">Where archives are kept.</param>
/// <param name="temporary">A folder for unpacked bytes, on a disk with room for them.</param>
public sealed class WheelFetcher(ArchiveCache cache, string temporary)
{
    private int _count;

    /// <summary>Whether the files are unpacked into the cache, where environments on this machine can share them; else into temporary files, which layers are written from.</summary>
    public bool Shares { get; init; }

    /// <summary>Whether a RECORD that does not fit a wheel's files is a notice and no error.</summary>
    public bool Heal { get; init; }

    /// <summary>How many wheels are downloaded at once.</summary>
    public int Downloads { get; init; } = 6;

    /// <summary>How many files are unpacked at once.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Is told of all bytes that come over the network.</summary>
    public Action<ArchiveSource, int> Moved { get; init; } = (_, _) => { };

    /// <summary>The wheels, in the order in which they were named. Whoever gets them disposes them.</summary>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">One of them cannot be had, or is hostile or damaged.</exception>
    public async Task<IReadOnlyList<WheelArchive>> FetchAsync(IReadOnlyList<ArchiveSource> wheels, CancellationToken cancellationToken)
    {
        var opened = new WheelArchive?[wheels.Count];
        using var threads = new SemaphoreSlim(Threads);

        // The largest first: started last, it would run alone at the end.
        IEnumerable<int> order = Enumerable.Range(0, wheels.Count).OrderByDescending(i => wheels[i].Size ?? 0);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(Downloads, Threads), CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForEachAsync(order, options, async (i, token) => opened[i] = await FetchAsync(wheels[i], threads, token));
            return opened!;
        }
        catch
        {
            foreach (WheelArchive? wheel in opened)
            {
                wheel?.Dispose();
            }

            throw;
        }
    }

    /// <summary>A wheel's archive if it is here.</summary>
    public CachedArchive? Find(ArchiveSource source) => cache.Find(source);

    private async Task<WheelArchive> FetchAsync(ArchiveSource source, SemaphoreSlim threads, CancellationToken cancellationToken)
    {
        CachedArchive cached = await cache.GetAsync(source, count => Moved(source, count), cancellationToken);
        if (Shares)
        {
            var shared = new SharedFiles<WheelArchive>(archive => WheelArchive.TryOpenShared(archive, Heal), (archive, folder) => WheelArchive.UnpackShared(archive, folder, Heal, Threads, cancellationToken));
            return await shared.OpenAsync(cached, threads, cancellationToken);
        }

        await threads.WaitAsync(cancellationToken);
        try
        {
            return await LongWork.RunAsync(() => WheelArchive.Open(cached, NewPath, Heal, Threads, cancellationToken), cancellationToken);
        }
        finally
        {
            threads.Release();
        }
    }

    private string NewPath() => Path.Combine(temporary, $"wheel-{Interlocked.Increment(ref _count)}-{Guid.NewGuid():N}");
}
