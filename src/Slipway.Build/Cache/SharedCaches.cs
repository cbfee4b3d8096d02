using System.Collections.Concurrent;
using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.SharedCache;

namespace Slipway.Build.Cache;

/// <summary>
/// Asks the shared caches in their order, for each key once in a build. A cache that does not answer is not asked again, and a damaged entry is as none: both are
/// warnings, because a cache may make a build faster but never fail.
/// </summary>
/// <param name="sources">The caches in their order.</param>
/// <param name="slots">The slot of the asking step, which it gives back while it waits for an answer.</param>
/// <param name="progress">Hears of warnings.</param>
internal sealed class SharedCaches(IReadOnlyList<CacheSource> sources, SemaphoreSlim slots, IBuildProgress progress)
{
    private readonly ConcurrentDictionary<Digest, Lazy<Task<CacheHit?>>> _asked = new();
    private readonly ConcurrentDictionary<string, bool> _givenUp = new(), _damaged = new();

    public bool IsEmpty => sources.Count == 0;

    public IEnumerable<CacheSource> WithMounts => sources.Where(source => source.Mounts);

    /// <summary>The entry of the key in the first cache that has it; null when none has.</summary>
    public Task<CacheHit?> FindAsync(Digest key, CancellationToken cancellationToken) =>
        slots.WithoutPlaceAsync(() => _asked.GetOrAdd(key, _ => new Lazy<Task<CacheHit?>>(() => AskAsync(key, sources, cancellationToken))).Value);

    /// <summary>As the other, of the caches that give the folders of cache mounts.</summary>
    public Task<CacheHit?> FindMountAsync(Digest key, CancellationToken cancellationToken) => AskAsync(key, WithMounts, cancellationToken);

    /// <summary>Whether the cache was seen to hold something damaged under this key.</summary>
    public bool IsDamaged(ISharedCache cache, Digest key) => _damaged.ContainsKey(cache.Origin + key);

    /// <summary>Notes that what the hit named was not what it should be.</summary>
    public void Damaged(CacheHit hit) => _damaged.TryAdd(hit.Cache.Origin + hit.Entry.Key, true);

    private async Task<CacheHit?> AskAsync(Digest key, IEnumerable<CacheSource> asked, CancellationToken cancellationToken)
    {
        foreach (ISharedCache cache in asked.Select(source => source.Cache).Where(cache => !_givenUp.ContainsKey(cache.Origin)))
        {
            try
            {
                if (await cache.FindAsync(key, cancellationToken) is { } entry)
                {
                    return new CacheHit(cache, entry);
                }
            }
            catch (InvalidDataException e)
            {
                _damaged.TryAdd(cache.Origin + key, true);
                Warn("damaged-cache", $"the entry {key.Short} of the cache {cache.Name} is not used: {e.Message}", "the step is done again; --cache-to replaces the entry");
            }
            catch (DiagnosticException e)
            {
                if (_givenUp.TryAdd(cache.Origin, true))
                {
                    Warn("cache-unavailable", $"the cache {cache.Name} is not used: {e.Diagnostics[0].Message}", e.Diagnostics[0].Help);
                }
            }
        }

        return null;
    }

    public void Warn(string code, string message, string? help = null) =>
        progress.Report(new BuildWarning(new Diagnostic(Severity.Warning, code, message, Help: help)));
}

/// <summary>An entry, and where it was found.</summary>
internal sealed record CacheHit(ISharedCache Cache, CacheEntry Entry);
