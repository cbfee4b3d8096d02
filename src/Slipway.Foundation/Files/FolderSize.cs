using Slipway.Foundation.Linux;

namespace Slipway.Foundation.Files;

/// <summary>Counts what a folder takes on disk.</summary>
public static class FolderSize
{
    /// <summary>The bytes of all files below, hard links once, links not followed. What vanishes meanwhile, or may not be read, counts nothing.</summary>
    public static long Of(string folder, CancellationToken cancellationToken)
    {
        long size = 0;
        HashSet<ulong> linked = [];
        var options = new EnumerationOptions { RecurseSubdirectories = true, IgnoreInaccessible = true, AttributesToSkip = 0 };
        foreach (string path in Directory.Exists(folder) ? Directory.EnumerateFiles(folder, "*", options) : [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (FileStatus.TryOf(path, out FileStatus status) && (status.LinkCount == 1 || linked.Add(status.Inode)))
            {
                size += status.Blocks * 512;
            }
        }

        return size;
    }
}
