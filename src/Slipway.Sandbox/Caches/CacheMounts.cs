using Slipway.Sandbox.Containers;

namespace Slipway.Sandbox.Caches;

/// <summary>How a cache may be used by several runs at once (<c>RUN --mount=type=cache,sharing=</c>).</summary>
public enum CacheSharing
{
    /// <summary>All use the same directory.</summary>
    Shared,

    /// <summary>Each user at a time has a directory of its own; a free one is taken before a new one is made.</summary>
    Private,

    /// <summary>One at a time; the others wait.</summary>
    Locked,
}

/// <summary>What a cache mount asks for.</summary>
/// <param name="Id">Names the cache; any text.</param>
public sealed record CacheRequest(string Id, CacheSharing Sharing, int Permissions, uint Uid, uint Gid)
{
    /// <summary>Fills a new cache directory; null leaves it empty.</summary>
    public Func<string, CancellationToken, Task>? Fill { get; init; }
}

/// <summary>
/// The cache directories of a store: <c>&lt;folder&gt;/&lt;hash of id&gt;/&lt;n&gt;</c>, each with a lock file <c>&lt;n&gt;.lock</c> beside it (flock), so
/// several processes may use one store.
/// </summary>
public sealed class CacheMounts
{
    public CacheMounts(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Takes a cache; it is given back when the lease is disposed, or when this process dies.</summary>
    public Task<CacheLease> AcquireAsync(CacheRequest request, CancellationToken cancellation) => throw new NotSupportedException();
}

/// <summary>A cache directory while it is in use.</summary>
public sealed class CacheLease : IDisposable
{
    internal CacheLease(string directory) => Directory = directory;

    public string Directory { get; }

    public BindMount MountAt(string target, bool readOnly) => new(Directory, target, readOnly);

    public void Dispose()
    {
    }
}
