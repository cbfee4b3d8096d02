using System.Security.Cryptography;
using System.Text;
using Slipway.Foundation.Files;
using Slipway.Foundation.Linux;
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
    /// <summary>Fills a new cache directory, whose path it is given; null leaves it empty.</summary>
    public Func<string, CancellationToken, Task>? Fill { get; init; }
}

/// <summary>
/// The cache directories of a store: <c>&lt;folder&gt;/&lt;hash of id&gt;/&lt;n&gt;/</c>, each with a lock file <c>&lt;n&gt;.lock</c> beside it (flock),
/// so several processes may use one store. A directory is made under another name and renamed when it is full, so a killed
/// <see cref="CacheRequest.Fill"/> leaves nothing half-made in use.
/// </summary>
public sealed class CacheMounts
{
    private const string IdFile = "id";
    private static readonly TimeSpan s_retry = TimeSpan.FromMilliseconds(50);

    /// <param name="folder">Where they lie, for instance <c>caches-v1</c> in the store.</param>
    public CacheMounts(string folder) => Folder = folder;

    public string Folder { get; }

    /// <summary>Takes a cache; it is given back when the lease is disposed, or when this process dies.</summary>
    public async Task<CacheLease> AcquireAsync(CacheRequest request, CancellationToken cancellation)
    {
        string home = HomeOf(request.Id);
        Directory.CreateDirectory(home);
        (string directory, FileLock? held) = request.Sharing switch
        {
            CacheSharing.Shared => (Path.Combine(home, "0"), null),
            CacheSharing.Locked => (Path.Combine(home, "0"), await WaitForAsync(Path.Combine(home, "0.lock"), cancellation)),
            _ => TakeFree(home),
        };
        FileLock? used = null;
        try
        {
            // Shared by all users: who removes caches takes it for himself alone.
            used = await FileLock.AcquireAsync(directory + ".use", exclusive: false, cancellation);
            File.SetLastWriteTimeUtc(directory + ".use", TimeProvider.System.GetUtcNow().UtcDateTime);
            NoteId(home, request.Id);
            if (held is not null && request.Fill is not null && Directory.Exists(directory) && !Directory.EnumerateFileSystemEntries(directory).Any())
            {
                Directory.Delete(directory); // empty and ours alone: as good as new
            }

            await MakeAsync(home, directory, request, cancellation);
            return new CacheLease(directory, held, used);
        }
        catch
        {
            used?.Dispose();
            held?.Dispose();
            throw;
        }
    }

    /// <summary>Takes the directory of a cache to look at, if there is one with something in it that nobody has taken for himself; else null.</summary>
    public CacheLease? TryTake(string id)
    {
        string directory = Path.Combine(HomeOf(id), "0");
        if (!Directory.Exists(directory) || FileLock.TryAcquire(directory + ".lock") is not { } held)
        {
            return null;
        }

        if (Directory.EnumerateFileSystemEntries(directory).Any())
        {
            return new CacheLease(directory, held, null);
        }

        held.Dispose();
        return null;
    }

    /// <summary>The caches there are. Their sizes are counted anew, file by file.</summary>
    public IReadOnlyList<CacheFolder> List(CancellationToken cancellation) => !Directory.Exists(Folder) ? [] :
    [
        .. from home in Directory.EnumerateDirectories(Folder)
           from directory in Directory.EnumerateDirectories(home)
           where Path.GetFileName(directory).All(char.IsAsciiDigit)
           let id = File.Exists(Path.Combine(home, IdFile)) ? File.ReadAllText(Path.Combine(home, IdFile)) : Path.GetFileName(home)
           let use = new FileInfo(directory + ".use")
           select new CacheFolder(id, directory, use.Exists ? use.LastWriteTimeUtc : Directory.GetLastWriteTimeUtc(directory), FolderSize.Of(directory, cancellation)),
    ];

    /// <summary>Moves a cache away, unless somebody uses it now; it is as if it had never been.</summary>
    /// <param name="cache">One of <see cref="List"/>.</param>
    /// <param name="target">Where to, a path that is not there yet on the same file system.</param>
    public static bool TryMoveAway(CacheFolder cache, string target)
    {
        using FileLock? used = FileLock.TryAcquire(cache.Directory + ".use");
        using FileLock? held = used is null ? null : FileLock.TryAcquire(cache.Directory + ".lock");
        if (held is null || !Directory.Exists(cache.Directory))
        {
            return false;
        }

        Directory.Move(cache.Directory, target);
        return true;
    }

    // For people who look at what takes space; the folder's name is a hash.
    private static void NoteId(string home, string id)
    {
        string file = Path.Combine(home, IdFile);
        if (!File.Exists(file))
        {
            AtomicFile.Write(file, Encoding.UTF8.GetBytes(id));
        }
    }

    private string HomeOf(string id) => Path.Combine(Folder, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(id)))[..32]);

    // Polling, since a blocking flock(2) would hold a pool thread and could not be cancelled.
    private static async Task<FileLock> WaitForAsync(string path, CancellationToken cancellation)
    {
        while (true)
        {
            if (FileLock.TryAcquire(path) is { } taken)
            {
                return taken;
            }

            await Task.Delay(s_retry, cancellation);
        }
    }

    private static (string Directory, FileLock Held) TakeFree(string home)
    {
        for (int n = 0; ; n++)
        {
            if (FileLock.TryAcquire(Path.Combine(home, $"{n}.lock")) is { } taken)
            {
                return (Path.Combine(home, $"{n}"), taken);
            }
        }
    }

    private static async Task MakeAsync(string home, string directory, CacheRequest request, CancellationToken cancellation)
    {
        if (Directory.Exists(directory))
        {
            return;
        }

        using FileLock making = await WaitForAsync(Path.Combine(home, "making.lock"), cancellation);
        if (Directory.Exists(directory))
        {
            return;
        }

        string unfinished = Path.Combine(home, "unfinished");
        if (Directory.Exists(unfinished))
        {
            Directory.Delete(unfinished, recursive: true);
        }

        Directory.CreateDirectory(unfinished);
        if (request.Fill is not null)
        {
            await request.Fill(unfinished, cancellation);
        }

        FileMetadata.SetOwner(unfinished, request.Uid, request.Gid);
        FileMetadata.SetPermissions(unfinished, request.Permissions);
        Directory.Move(unfinished, directory);
    }
}

/// <summary>A cache directory while it is in use.</summary>
public sealed class CacheLease : IDisposable
{
    private readonly FileLock? _held, _used;

    internal CacheLease(string directory, FileLock? held, FileLock? used) => (Directory, _held, _used) = (directory, held, used);

    public string Directory { get; }

    public BindMount MountAt(string target, bool readOnly) => new(Directory, target, readOnly);

    public void Dispose()
    {
        _used?.Dispose();
        _held?.Dispose();
    }
}

/// <summary>A cache as it lies on disk.</summary>
/// <param name="Id">Its id.</param>
/// <param name="Directory">Its directory.</param>
/// <param name="LastUse">When it was last taken.</param>
/// <param name="Size">The bytes of its files.</param>
public sealed record CacheFolder(string Id, string Directory, DateTime LastUse, long Size);
