using Microsoft.Win32.SafeHandles;
using Slipway.Conda.Records;
using Slipway.Foundation.Files;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Http;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Packages;

/// <summary>
/// Packages on this machine, named by the digests of their archives, and how they come here. Several processes may use it at once: an archive is there as a whole
/// or not at all, and only one process downloads it while the others wait.
/// </summary>
public sealed class PackageCache
{
    private const int BufferSize = 256 * 1024;

    private readonly PackageCacheLayout _layout;
    private readonly Func<Uri, HttpPolicy> _http;
    private readonly Action<PackageRecord, HttpRequestMessage> _authorize;

    /// <param name="root">The folder, made if need be: <c>packages-v1</c> of the store.</param>
    /// <param name="http">Sends the requests to an address, patiently.</param>
    /// <param name="authorize">Puts into a request what the package's channel wants to see: a header, a token in the address.</param>
    public PackageCache(string root, Func<Uri, HttpPolicy> http, Action<PackageRecord, HttpRequestMessage> authorize)
    {
        (_layout, _http, _authorize) = (new PackageCacheLayout(root), http, authorize);
        Directory.CreateDirectory(_layout.Partial);
        Directory.CreateDirectory(_layout.Md5);
    }

    /// <summary>Where to ask for an address, in this order: mirrors, and the address itself if it is to be asked.</summary>
    public Func<Uri, IReadOnlyList<Uri>> PlacesOf { get; init; } = address => [address];

    /// <summary>The folder of the cache in a store.</summary>
    public static string RootIn(string store) => Path.Combine(store, "packages-v1");

    /// <summary>The package's archive if it is here.</summary>
    public CachedPackage? Find(PackageRecord package)
    {
        PackageFormat format = PackageFormats.Of(package.FileName);
        string? sha256 = package.Sha256?.ToLowerInvariant() ?? ReadMd5(package.Md5);
        if (sha256 is not { Length: 64 } || !sha256.All(char.IsAsciiHexDigitLower) || !File.Exists(_layout.ArchiveOf(sha256, format)))
        {
            return null;
        }

        Touch(_layout.FolderOf(sha256));
        return new CachedPackage(package.FileName, Digest.Parse("sha256:" + sha256), _layout.ArchiveOf(sha256, format), _layout.FilesOf(sha256));
    }

    /// <summary>The package's archive, brought here if it is not.</summary>
    /// <param name="package">What its channel says of it; its address may be of HTTP, <c>file:</c>, or a path.</param>
    /// <param name="moved">Is told of all bytes that come.</param>
    /// <param name="cancellationToken">Stops; what has come is kept, and the next download goes on there.</param>
    /// <exception cref="DiagnosticException">It cannot be had, or its bytes are not those that its channel announces; nothing of them is kept.</exception>
    public Task<CachedPackage> GetAsync(PackageRecord package, Action<int> moved, CancellationToken cancellationToken) =>
        GetAsync(package, moved, null, cancellationToken);

    /// <param name="along">Is given the archive while it comes, unless it is here already: reads along on a thread of its own.</param>
    internal async Task<CachedPackage> GetAsync(PackageRecord package, Action<int> moved, Action<SafeFileHandle, FileGrowth>? along, CancellationToken cancellationToken)
    {
        if (Find(package) is { } here)
        {
            return here;
        }

        string partial = _layout.PartialOf(package);
        using FileLock held = await FileLock.AcquireAsync(partial + ".lock", exclusive: true, cancellationToken);
        if (Find(package) is { } broughtMeanwhile)
        {
            return broughtMeanwhile;
        }

        var growth = new FileGrowth();
        along?.Invoke(File.OpenHandle(Touched(partial), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete), growth);
        try
        {
            Digest digest = await BringAsync(package, partial, moved, growth, cancellationToken);
            CachedPackage cached = Take(package, partial, digest);
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
    private async Task<Digest> BringAsync(PackageRecord package, string partial, Action<int> moved, FileGrowth growth, CancellationToken cancellationToken)
    {
        PackageRecord[] there = LocalPath(package) is null && Uri.TryCreate(package.Url, UriKind.Absolute, out Uri? address)
            ? [.. PlacesOf(address).Select(place => package with { Url = place.AbsoluteUri })] : [package];
        foreach (PackageRecord at in there[..^1])
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
    private async Task<Digest> BringFromAsync(PackageRecord package, string partial, Action<int> moved, FileGrowth growth, CancellationToken cancellationToken)
    {
        bool isResumed = new FileInfo(partial) is { Exists: true, Length: > 0 };
        try
        {
            return await BringOnceAsync(package, partial, moved, growth, cancellationToken);
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
            return await BringOnceAsync(package, partial, moved, growth, cancellationToken);
        }
    }

    private async Task<Digest> BringOnceAsync(PackageRecord package, string partial, Action<int> moved, FileGrowth growth, CancellationToken cancellationToken)
    {
        using var hash = new PackageHash(package);
        await using var file = new FileStream(partial, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete, 0);
        byte[] buffer = new byte[BufferSize];
        int read;
        while ((read = await file.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.Append(buffer.AsSpan(0, read));
        }

        growth.Advance(file.Position);
        await using Stream source = Open(package, file.Position, moved);
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            hash.Append(buffer.AsSpan(0, read));
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            growth.Advance(file.Position);
        }

        Digest digest = hash.Check();
        file.Flush(flushToDisk: true);
        return digest;
    }

    private Stream Open(PackageRecord package, long start, Action<int> moved)
    {
        if (LocalPath(package) is not { } path)
        {
            Uri address = Uri.TryCreate(package.Url, UriKind.Absolute, out Uri? parsed) ? parsed : throw WrongAddress(package);
            return new PackageDownload(package, address, start, _http(address), request => _authorize(package, request), moved);
        }

        try
        {
            var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0);
            file.Position = Math.Min(start, file.Length);
            return file;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException("package-missing", $"The package {package.FileName} cannot be read: {e.Message}", "Check the channel's path.");
        }
    }

    private static string? LocalPath(PackageRecord package) =>
        package.Url.StartsWith("file:", StringComparison.OrdinalIgnoreCase) && Uri.TryCreate(package.Url, UriKind.Absolute, out Uri? file) ? file.LocalPath
        : package.Url.StartsWith("http:", StringComparison.OrdinalIgnoreCase) || package.Url.StartsWith("https:", StringComparison.OrdinalIgnoreCase) ? null
        : package.Url.StartsWith('/') ? package.Url
        : throw WrongAddress(package);

    private static DiagnosticException WrongAddress(PackageRecord package) => new(
        "package-address", $"The package {package.FileName} is at '{package.Url}', where only http, https, file and absolute paths can be read.", "Check the channel's address.");

    private CachedPackage Take(PackageRecord package, string partial, Digest digest)
    {
        PackageFormat format = PackageFormats.Of(package.FileName);
        Directory.CreateDirectory(_layout.FolderOf(digest.Hex));
        File.Move(partial, _layout.ArchiveOf(digest.Hex, format), overwrite: true);
        if (package is { Md5: { } md5, Sha256: null })
        {
            AtomicFile.Write(_layout.Md5Of(md5.ToLowerInvariant()), System.Text.Encoding.ASCII.GetBytes(digest.Hex));
        }

        return new CachedPackage(package.FileName, digest, _layout.ArchiveOf(digest.Hex, format), _layout.FilesOf(digest.Hex));
    }

    private string? ReadMd5(string? md5) =>
        md5 is { Length: 32 } && md5.All(char.IsAsciiHexDigit) && _layout.Md5Of(md5.ToLowerInvariant()) is var path && File.Exists(path) ? File.ReadAllText(path) : null;

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
            using FileLock? held = FileLock.TryAcquire(PackageCacheLayout.LockOf(folder), exclusive: true);
            if (held is not null && Directory.GetLastWriteTimeUtc(folder) < unusedSince.UtcDateTime)
            {
                freed += FolderSize.Of(folder, cancellationToken);
                if (!dryRun)
                {
                    DirectoryHandle.RemoveTreeAt(folder);
                    File.Delete(PackageCacheLayout.LockOf(folder));
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

/// <summary>A package whose archive is on this machine and has the right bytes.</summary>
/// <param name="FileName">As its channel calls it.</param>
/// <param name="Digest">Of the archive.</param>
/// <param name="ArchivePath">The archive.</param>
/// <param name="FilesPath">Where its files are, once they are unpacked for sharing.</param>
public sealed record CachedPackage(string FileName, Digest Digest, string ArchivePath, string FilesPath)
{
    internal string Folder => Path.GetDirectoryName(ArchivePath)!;

    /// <summary>What is in the archive, once it was read; the offsets are those of its spooled files.</summary>
    internal string ListingPath => Path.Combine(Folder, "listing-v1.json");
}
