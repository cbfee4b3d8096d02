using Slipway.Foundation.Linux;

namespace Slipway.Conda.Packages;

/// <summary>Packages unpacked once for all environments on this machine, beside their archives in the cache.</summary>
internal static class SharedFiles
{
    private const string ListingName = "files.json";

    /// <summary>The package with its files in the cache, unpacked if they are not there; several processes may ask at once.</summary>
    internal static async Task<UnpackedPackage> OpenAsync(CachedPackage cached, SemaphoreSlim threads, CancellationToken cancellationToken)
    {
        if (TryOpen(cached) is { } there)
        {
            return there;
        }

        string folder = cached.Folder;
        using FileLock held = await FileLock.AcquireAsync(PackageCacheLayout.LockOf(folder), exclusive: true, cancellationToken);
        if (TryOpen(cached) is { } madeMeanwhile)
        {
            return madeMeanwhile;
        }

        // What a killed process left; nobody else is at it.
        string unfinished = cached.FilesPath + ".tmp";
        DirectoryHandle.RemoveTreeAt(unfinished);
        DirectoryHandle.RemoveTreeAt(cached.FilesPath);
        await threads.WaitAsync(cancellationToken);
        try
        {
            await PackageArchive.RunAsync(() => Unpack(cached, unfinished, cancellationToken), cancellationToken);
        }
        catch
        {
            DirectoryHandle.RemoveTreeAt(unfinished);
            throw;
        }
        finally
        {
            threads.Release();
        }

        return TryOpen(cached) ?? throw new IOException($"The files of {cached.FileName} vanished from '{folder}'.");
    }

    private static bool Unpack(CachedPackage cached, string unfinished, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(unfinished);
        using var archive = ArchiveFile.Open(cached.ArchivePath);
        using UnpackedPackage package = PackageUnpacker.Unpack(cached.FileName, archive, new FolderContents(unfinished), cancellationToken);
        Directory.Move(unfinished, cached.FilesPath);

        // Written last: it says that the files are all there.
        new PackageListing(package.Info, [.. package.Members.Values]).Write(ListingOf(cached));
        return true;
    }

    private static UnpackedPackage? TryOpen(CachedPackage cached) =>
        Directory.Exists(cached.FilesPath) && PackageListing.Read(ListingOf(cached)) is { } listing
            ? new UnpackedPackage(cached.FileName, listing.Info, listing.Members.ToDictionary(member => member.Path, StringComparer.Ordinal), new FolderContents(cached.FilesPath)) { CacheFolder = cached.Folder }
            : null;

    private static string ListingOf(CachedPackage cached) => Path.Combine(cached.Folder, ListingName);
}
