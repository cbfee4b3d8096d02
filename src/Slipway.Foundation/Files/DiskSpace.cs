using Slipway.Foundation.Linux;

namespace Slipway.Foundation.Files;

/// <summary>Tells errors of a full disk, or a used-up quota, from others, and how much a disk has.</summary>
public static class DiskSpace
{
    /// <summary>The code of diagnostics about a full disk.</summary>
    public const string FullCode = "disk-full";

    /// <summary>The bytes that this user may still write on the disk that holds the path, which exists.</summary>
    public static long FreeOf(string path) => new DriveInfo(path).AvailableFreeSpace;

    /// <summary>The size of the disk that holds the path, which exists.</summary>
    public static long TotalOf(string path) => new DriveInfo(path).TotalSize;

    public static bool IsUsedUp(Exception e) =>
        e is LinuxException { Errno: Errno.ENOSPC or Errno.EDQUOT } || (e is IOException && (e.HResult & 0xFFFF) is Errno.ENOSPC or Errno.EDQUOT);
}
