using Microsoft.Win32.SafeHandles;
using Slipway.Foundation.Files;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Http;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;

namespace Slipway.Packages.Archives;

/// <summary>
/// Packages on this machine, named by the digests of their archives, and how they come here. Several processes may use it at once: an archive is there as a whole
/// or not at all, and only one process downloads it while the others wait.
/// </summary>
public sealed class ArchiveCache
{
    private const int BufferSize = 256 * 1024;

    private readonly ArchiveCacheLayout _layout;
    private readonly Func<Uri, HttpPolicy> _http;
    private readonly Action<HttpRequestMessage> _authorize;

    /// <param name="root">The folder, made if need be: <c>packages-v1</c> of the store.</param>
    /// <param name="http">Sends the requests to an address, patiently.</param>
    /// <param name="authorize">Puts into a request what the server wants to see: a header, a token in the address.</param>
    public ArchiveCache(string root, Func<Uri, HttpPolicy> http, Action<HttpRequestMessage> authorize)
    {
        (_layout, _http, _authorize) = (new ArchiveCacheLayout(root), http, authorize);
        Directory.CreateDirectory(_layout.Partial);
    }

    /// <summary>Where to ask for an address, in this order: mirrors, and the address itself if it is to be asked.</summary>
    public Func<Uri, IReadOnlyList<Uri>> PlacesOf { get; init; } = address => [address];

    /// <summary>The folder of the cache in a store.</summary>
    public static string RootIn(string store) => Path.Combine(store, "packages-v1");

    /// <summary>The archive if it is here.</summary>
    public CachedArchive? Find(ArchiveSource source)
    {
        string? sha256 = source.Sha256 ?? PointersOf(source).Select(Read).FirstOrDefault(found => found is not null);
        if (sha256 is not { Length: 64 } || !sha256.All(char.IsAsciiHexDigitLower) || !File.Exists(_layout.ArchiveOf(sha256, source)))
        {
            return null;
        }

        Touch(_layout.FolderOf(sha256));
        return Cached(source, Digest.Parse("sha256:" + sha256));
    }

    /// <summary>The archive, brought here if it is not.</summary>
    /// <param name="source">What is announced of it.</param>
    /// <param name="moved">Is told of all bytes that come.</param>
    /// <param name="cancellationToken">Stops; what has come is kept, and the next download goes on there.</param>
    /// <exception cref="DiagnosticException">It cannot be had, or its bytes are not those that are announced; nothing of them is kept.</exception>
    public Task<CachedArchive> GetAsync(ArchiveSource source, Action<int> moved, CancellationToken cancellationToken) =>
        GetAsync(source, moved, null, cancellationToken);

    /// <param name="along">Is given the archive while it comes, unless it is here already: reads along on a thread of its own.</param>
    public async Task<CachedArchive> GetAsync(ArchiveSource source, Action<int> moved, Action<SafeFileHandle, FileGrowth>? along, CancellationToken cancellationToken)
    {
        if (Find(source) is { } here)
        {
            return here;
        }

        string partial = _layout.PartialOf(source);
        using FileLock held = await FileLock.AcquireAsync(partial + ".lock", exclusive: true, cancellationToken);
        if (Find(source) is { } broughtMeanwhile)
        {
            return broughtMeanwhile;
        }

        var growth = new FileGrowth();
        along?.Invoke(File.OpenHandle(Touched(partial), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), growth);
        try
        {
            Digest digest = await BringAsync(source, partial, moved, growth, cancellationToken);
            CachedArchive cached = Take(source, partial, digest);
            growth.End();
            File.Delete(partial + ".lock");
            return cached;
        }
        catch (Exception e)
        {
            growth.Fail(e);
            if (new FileInfo(partial) is not { Exists: true, Length: > 0 })
            {
                File.Delete(partial);
                File.Delete(partial + ".lock");
            }

            throw;
        }
    }

    // A place that does not have the package, or has another file under its name, is not the last one.
    private async Task<Digest> BringAsync(ArchiveSource source, string partial, Action<int> moved, FileGrowth growth, CancellationToken cancellationToken)
    {
        ArchiveSource[] there = LocalPath(source) is null && Uri.TryCreate(source.Url, UriKind.Absolute, out Uri? address)
            ? [.. PlacesOf(address).Select(place => source with { Url = place.AbsoluteUri })] : [source];
        foreach (ArchiveSource at in there[..^1])
        {
            try
            {
                return await BringFromAsync(at, partial, moved, growth, cancellationToken);
            }
            catch (DiagnosticException e) when (e.Diagnostics[0].Code is "package-download" or "hash-mismatch")
            {
                if (e.Diagnostics[0].Code == "hash-mismatch")
                {
                    growth.Fail(new InvalidDataException("The download began anew."));
                }
            }
        }

        return await BringFromAsync(there[^1], partial, moved, growth, cancellationToken);
    }

    // What an interrupted download left may be of another file, if the server's has changed: then all of it comes again.
    private async Task<Digest> BringFromAsync(ArchiveSource source, string partial, Action<int> moved, FileGrowth growth, CancellationToken cancellationToken)
    {
        bool isResumed = new FileInfo(partial) is { Exists: true, Length: > 0 };
        try
        {
            return await BringOnceAsync(source, partial, moved, growth, cancellationToken);
        }
        catch (DiagnosticException e) when (e.Diagnostics[0].Code == "hash-mismatch")
        {
            File.Delete(partial);
            if (!isResumed)
            {
                throw;
            }

            // Who reads along has read wrong bytes.
            growth.Fail(new InvalidDataException("The download began anew."));
            return await BringOnceAsync(source, partial, moved, growth, cancellationToken);
        }
    }

    private async Task<Digest> BringOnceAsync(ArchiveSource source, string partial, Action<int> moved, FileGrowth growth, CancellationToken cancellationToken)
    {
        using var hash = new ArchiveCheck(source);
        await using var file = new FileStream(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 0);
        byte[] buffer = new byte[BufferSize];
        int read;
        while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.Append(buffer.AsSpan(0, read));
        }

        growth.Advance(file.Position);
        await using Stream stream = Open(source, file.Position, moved);
        while ((read = await stream.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.Append(buffer.AsSpan(0, read));
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            growth.Advance(file.Position);
        }

        Digest digest = hash.Check();
        file.Flush(flushToDisk: true);
        return digest;
    }

    private Stream Open(ArchiveSource source, long start, Action<int> moved)
    {
        if (LocalPath(source) is not { } path)
        {
            Uri address = Uri.TryCreate(source.Url, UriKind.Absolute, out Uri? parsed) ? parsed : throw WrongAddress(source);
            return new ArchiveDownload(source, address, start, _http(address), _authorize, moved);
        }

        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
            file.Position = Math.Min(start, file.Length);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException("package-missing", $"The package {source.FileName} cannot be read: {e.Message}", $"Check the {source.Announcer}'s path.");
        }
    }

    private static string? LocalPath(ArchiveSource source) =>
        source.Url.StartsWith("file:", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(source.Url, UriKind.Absolute, out Uri? file) ? file.LocalPath
        : source.Url.StartsWith("http:", StringComparison.OrdinalIgnoreCase) || source.Url.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? null
        : source.Url.StartsWith('/') ? source.Url
        : throw WrongAddress(source);

    private static DiagnosticException WrongAddress(ArchiveSource source) => new(
        "package-address", $"The package {source.FileName} is at '{source.Url}', where only http, https, file and absolute paths can be read.", $"Check the {source.Announcer}'s address.");

    private CachedArchive Take(ArchiveSource source, string partial, Digest digest)
    {
        Directory.CreateDirectory(_layout.FolderOf(digest.Hex));
        File.Move(partial, _layout.ArchiveOf(digest.Hex, source), overwrite: true);
        foreach (ArchiveHash hash in source.Sha256 is null ? PointersOf(source) : [])
        {
            Directory.CreateDirectory(Path.GetDirectoryName(_layout.PointerOf(hash))!);
            AtomicFile.Write(_layout.PointerOf(hash), System.Text.Encoding.ASCII.GetBytes(digest.Hex));
        }

        return Cached(source, digest);
    }

    private CachedArchive Cached(ArchiveSource source, Digest digest) => new(source.FileName, digest, _layout.ArchiveOf(digest.Hex, source), _layout.FilesOf(digest.Hex));

    // Digests that were compared when the archive came.
    private static IEnumerable<ArchiveHash> PointersOf(ArchiveSource source) => ArchiveCheck.Counting(source)
        .Where(hash => hash.Kind != ArchiveHashKind.Sha256 && hash.Hex.All(char.IsAsciiHexDigitLower));

    private string? Read(ArchiveHash hash) => _layout.PointerOf(hash) is var path && File.Exists(path) ? File.ReadAllText(path) : null;

    /// <summary>How many packages are here.</summary>
    public int Count => _layout.Folders().Count();

    /// <summary>Removes packages that nobody has asked for since then, and downloads that were broken off before.</summary>
    /// <param name="unusedSince">Should lie an hour or more back: what others have just found must stay.</param>
    /// <param name="dryRun">Only says what would become free.</param>
    /// <param name="cancellationToken">Stops between two packages.</param>
    /// <returns>The bytes that became free; files that environments share count, although they stay with those.</returns>
    public long Prune(DateTimeOffset unusedSince, bool dryRun, CancellationToken cancellationToken)
    {
        long freed = 0;
        foreach (string folder in _layout.Folders().Where(folder => Directory.GetLastWriteTimeUtc(folder) < unusedSince.UtcDateTime).ToArray())
        {
            cancellationToken.ThrowIfCancellationRequested();
            using FileLock? held = FileLock.TryAcquire(ArchiveCacheLayout.LockOf(folder), exclusive: true);
            if (held is not null && Directory.GetLastWriteTimeUtc(folder) < unusedSince.UtcDateTime)
            {
                freed += FolderSize.Of(folder, cancellationToken);
                if (!dryRun)
                {
                    DirectoryHandle.RemoveTreeAt(folder);
                    File.Delete(ArchiveCacheLayout.LockOf(folder));
                }
            }
        }

        foreach (string partial in Directory.EnumerateFiles(_layout.Partial).Where(path => !path.EndsWith(".lock", StringComparison.Ordinal) && File.GetLastWriteTimeUtc(path) < unusedSince.UtcDateTime).ToArray())
        {
            using FileLock? held = FileLock.TryAcquire(partial + ".lock", exclusive: true);
            if (held is not null)
            {
                freed += new FileInfo(partial).Length;
                if (!dryRun)
                {
                    File.Delete(partial);
                    File.Delete(partial + ".lock");
                }
            }
        }

        return freed;
    }

    private static string Touched(string path)
    {
        File.Open(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite).Dispose();
        return path;
    }

    // So that what was not used for long can go first. A cache that is only read is not cleaned by those who read it either.
    private static void Touch(string folder)
    {
        try
        {
            Directory.SetLastWriteTimeUtc(folder, TimeProvider.System.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }
}

/// <summary>An archive that is on this machine and has the right bytes.</summary>
/// <param name="FileName">What it is called where it comes from.</param>
/// <param name="Digest">Of the archive.</param>
/// <param name="ArchivePath">The archive.</param>
/// <param name="FilesPath">Where its files are, once they are unpacked for sharing.</param>
public sealed record CachedArchive(string FileName, Digest Digest, string ArchivePath, string FilesPath)
{
    /// <summary>The folder of the archive in the cache, for what is worth keeping of it.</summary>
    public string Folder => Path.GetDirectoryName(ArchivePath)!;
}
