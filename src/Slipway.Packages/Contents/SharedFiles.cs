using Slipway.Foundation.Linux;
using Slipway.Packages.Archives;

namespace Slipway.Packages.Contents;

/// <summary>Packages unpacked once for all environments on this machine, beside their archives in the cache.</summary>
/// <param name="tryOpen">Opens a package whose files lie in <see cref="CachedArchive.FilesPath"/>; null when its listing, which is written last, is not there.</param>
/// <param name="unpack">Unpacks the archive into the folder, which is empty, and returns what writes the listing.</param>
public sealed class SharedFiles<T>(Func<CachedArchive, T?> tryOpen, Func<CachedArchive, string, Action> unpack)
    where T : class
{
    /// <summary>The package with its files in the cache, unpacked if they are not there; several processes may ask at once.</summary>
    /// <param name="cached">The archive.</param>
    /// <param name="threads">As many may unpack at once.</param>
    /// <param name="cancellationToken">Stops.</param>
    public async Task<T> OpenAsync(CachedArchive cached, SemaphoreSlim threads, CancellationToken cancellationToken)
    {
        if (tryOpen(cached) is { } there)
        {
            return there;
        }

        string folder = cached.Folder;
        using FileLock held = await FileLock.AcquireAsync(ArchiveCacheLayout.LockOf(folder), exclusive: true, cancellationToken);
        if (tryOpen(cached) is { } madeMeanwhile)
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
            await LongWork.RunAsync(() => Unpack(cached, unfinished), cancellationToken);
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

        return tryOpen(cached) ?? throw new IOException($"The files of {cached.FileName} vanished from '{folder}'.");
    }

    private bool Unpack(CachedArchive cached, string unfinished)
    {
        Directory.CreateDirectory(unfinished);
        Action writeListing = unpack(cached, unfinished);
        Directory.Move(unfinished, cached.FilesPath);

        // Last: it says that the files are all there.
        writeListing();
        return true;
    }
}
