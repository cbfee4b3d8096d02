using Slipway.Foundation.Files;
using Slipway.Foundation.Linux;

namespace Slipway.Images.Store;

/// <summary>
/// The presence of this process in the store: a locked file that tells others since when it runs (what it has used since then is not pruned), and a folder for
/// what is not finished. The system drops the lock when the process ends, however it ends; the next one then removes the folder.
/// </summary>
internal sealed class StoreLease : IDisposable
{
    private readonly FileLock _lock;
    private readonly string _file, _folder;
    private int _count;

    private StoreLease(FileLock held, string file, string folder) => (_lock, _file, _folder) = (held, file, folder);

    internal static StoreLease Take(StoreLayout layout)
    {
        for (; ; )
        {
            string name = Path.Combine(layout.Temporary, $"{Environment.ProcessId}-{Guid.NewGuid():N}");

            // A cleaner may take the file in the moment before it is locked; then try another name.
            if (FileLock.TryAcquire(name + ".lease", exclusive: true) is { } held)
            {
                TryCreateFolder(name);
                return new StoreLease(held, name + ".lease", name);
            }
        }
    }

    /// <summary>When this process came, by the file that others look at.</summary>
    internal DateTime Started => File.GetLastWriteTimeUtc(_file);

    /// <summary>A path in the folder that nothing has yet.</summary>
    internal string NewPath(string purpose)
    {
        string name = $"{Interlocked.Increment(ref _count)}-{purpose}";
        return TryCreateFolder(_folder) ? Path.Combine(_folder, name) : $"{_folder}.{name}";
    }

    /// <summary>Removes what processes left that no longer run.</summary>
    internal static void RemoveStale(StoreLayout layout)
    {
        foreach (string file in Directory.EnumerateFiles(layout.Temporary, "*.lease"))
        {
            using FileLock? abandoned = FileLock.TryAcquire(file, exclusive: true);
            if (abandoned is not null)
            {
                TryRemove(file);
            }
        }

        foreach (string file in Directory.EnumerateFiles(layout.Locks, StoreLayout.StepLockPrefix + "*"))
        {
            using FileLock? abandoned = FileLock.TryAcquire(file, exclusive: true);
            if (abandoned is not null)
            {
                File.Delete(file);
            }
        }
    }

    /// <summary>When the longest-running of the other processes started; null when there is none.</summary>
    internal DateTime? EarliestOther(StoreLayout layout)
    {
        DateTime? earliest = null;
        foreach (string file in Directory.EnumerateFiles(layout.Temporary, "*.lease").Where(file => file != _file))
        {
            using FileLock? abandoned = FileLock.TryAcquire(file, exclusive: true);
            if (abandoned is null && File.GetLastWriteTimeUtc(file) is var started && (earliest is null || started < earliest))
            {
                earliest = started;
            }
        }

        return earliest;
    }

    // On a disk without a single free block no folder can be made, but a file can, and what is pruned can be moved: so that "system prune" works just then.
    private static bool TryCreateFolder(string folder)
    {
        try
        {
            Directory.CreateDirectory(folder);
            return true;
        }
        catch (IOException e) when (DiskSpace.IsUsedUp(e))
        {
            return false;
        }
    }

    public void Dispose()
    {
        TryRemove(_file);
        _lock.Dispose();
    }

    // What cannot be removed now stays until the next process passes by: a tree made in a user namespace goes only inside one, and a container
    // that outlived its killed builder may still be writing.
    private static void TryRemove(string leaseFile)
    {
        try
        {
            string folder = leaseFile[..^".lease".Length];
            DirectoryHandle.RemoveTreeAt(folder);
            foreach (string beside in Directory.EnumerateFileSystemEntries(Path.GetDirectoryName(folder)!, Path.GetFileName(folder) + ".*").Where(path => path != leaseFile))
            {
                DirectoryHandle.RemoveTreeAt(beside);
            }

            File.Delete(leaseFile);
        }
        catch (LinuxException)
        {
        }
        catch (UnauthorizedAccessException)
        {
        }
    }
}
