using Microsoft.Win32.SafeHandles;
using Slipway.Conda.Records;
using Slipway.Foundation.Files;
using Slipway.Packages.Archives;
using Slipway.Packages.Contents;

namespace Slipway.Conda.Packages;

/// <summary>
/// Brings packages here and unpacks them, several at once: a package is unpacked while it still comes, if a processor is free for it. The order in which that
/// happens does not show in the result.
/// </summary>
/// <param name="cache">Where archives are kept.</param>
/// <param name="temporary">A folder for the packages' unpacked bytes, on a disk with room for them.</param>
public sealed class PackageFetcher(PackageCache cache, string temporary)
{
    private int _count;

    /// <summary>
    /// Whether the files are unpacked into the cache, where environments on this machine can share them; else into temporary files, which layers are written from.
    /// </summary>
    public bool Shares { get; init; }

    /// <summary>How many packages are downloaded at once.</summary>
    public int Downloads { get; init; } = 6;

    /// <summary>How many are unpacked at once. Each takes the memory of its compression's window: a few megabytes, seldom 128.</summary>
    public int Threads { get; init; } = Environment.ProcessorCount;

    /// <summary>Is told of all bytes that come over the network.</summary>
    public Action<PackageRecord, int> Moved { get; init; } = (_, _) => { };

    /// <summary>The packages, in the order in which they were named. Whoever gets them disposes them.</summary>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">One of them cannot be had, or is hostile or damaged.</exception>
    public async Task<IReadOnlyList<UnpackedPackage>> FetchAsync(IReadOnlyList<PackageRecord> packages, CancellationToken cancellationToken)
    {
        var unpacked = new UnpackedPackage?[packages.Count];
        using var threads = new SemaphoreSlim(Threads);

        // The largest first: started last, it would run alone at the end.
        IEnumerable<int> order = Enumerable.Range(0, packages.Count).OrderByDescending(i => packages[i].Size ?? 0);
        var options = new ParallelOptions { MaxDegreeOfParallelism = Math.Max(Downloads, Threads), CancellationToken = cancellationToken };
        try
        {
            await Parallel.ForEachAsync(order, options, async (i, token) => unpacked[i] = await FetchAsync(packages[i], threads, token));
            return unpacked!;
        }
        catch
        {
            foreach (UnpackedPackage? package in unpacked)
            {
                package?.Dispose();
            }

            throw;
        }
    }

    private async Task<UnpackedPackage> FetchAsync(PackageRecord package, SemaphoreSlim threads, CancellationToken cancellationToken)
    {
        Task<UnpackedPackage>? along = null;
        try
        {
            CachedArchive cached = await cache.GetAsync(package, count => Moved(package, count), Shares ? null : ReadAlong, cancellationToken);
            if (Shares)
            {
                return await CondaFiles.OpenAsync(cached, threads, cancellationToken);
            }

            if (along is null && PackageListing.Read(PackageListing.PathOf(cached)) is { } listing)
            {
                return Known(cached, listing);
            }

            if (along is not null && await TryAsync(along) is { } done)
            {
                return Keep(cached, done);
            }

            await threads.WaitAsync(cancellationToken);
            try
            {
                return Keep(cached, await PackageArchive.UnpackAsync(package.FileName, cached.ArchivePath, NewPath(), cancellationToken));
            }
            finally
            {
                threads.Release();
            }
        }
        catch when (along is not null)
        {
            // It has failed, too, or has unpacked what must not be used.
            (await TryAsync(along))?.Dispose();
            throw;
        }

        void ReadAlong(SafeFileHandle file, FileGrowth growth)
        {
            if (!threads.Wait(0, CancellationToken.None))
            {
                file.Dispose();
                return;
            }

            along = LongWork.RunAsync(() =>
            {
                try
                {
                    using var archive = new GrowingArchive(file, growth, cancellationToken);
                    return PackageUnpacker.Unpack(package.FileName, archive, new SpooledContents(NewPath()), cancellationToken);
                }
                finally
                {
                    threads.Release();
                }
            }, CancellationToken.None);
        }
    }

    // What failed along the way is tried again on the whole archive, whose bytes are known to be right; that says what is wrong, if it is the archive.
    private static async Task<UnpackedPackage?> TryAsync(Task<UnpackedPackage> along)
    {
        await along.ContinueWith(static _ => { }, TaskScheduler.Default);
        return along.IsCompletedSuccessfully ? await along : null;
    }

    private UnpackedPackage Known(CachedArchive cached, PackageListing listing) => new(
        cached.FileName, listing.Info, listing.Members.ToDictionary(member => member.Path, StringComparer.Ordinal), new DeferredContents(() => Unpack(cached)))
    {
        CacheFolder = cached.Folder,
    };

    private static UnpackedPackage Keep(CachedArchive cached, UnpackedPackage package)
    {
        new PackageListing(package.Info, [.. package.Members.Values]).Write(PackageListing.PathOf(cached));
        return new UnpackedPackage(package.FileName, package.Info, package.Members, package.Contents) { CacheFolder = cached.Folder };
    }

    // The same archive gives the same offsets, so the listing's hold.
    private PackageContents Unpack(CachedArchive cached)
    {
        using var archive = ArchiveFile.Open(cached.ArchivePath);
        return PackageUnpacker.Unpack(cached.FileName, archive, new SpooledContents(NewPath()), CancellationToken.None).Contents;
    }

    private string NewPath() => Path.Combine(temporary, $"package-{Interlocked.Increment(ref _count)}-{Guid.NewGuid():N}");
}
