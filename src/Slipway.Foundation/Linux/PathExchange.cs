using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>Two paths of one file system that take each other's place.</summary>
public static partial class PathExchange
{
    /// <summary>renameat2(2) with RENAME_EXCHANGE: nobody sees one of the paths without something there.</summary>
    /// <returns>Whether the file system can do that; if not, nothing has changed.</returns>
    /// <exception cref="LinuxException">One of them is not there, or may not be moved.</exception>
    public static bool TryRun(string first, string second)
    {
        const int AT_FDCWD = -100;
        const uint RENAME_EXCHANGE = 2;
        if (Native.Rename(AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE) == 0)
        {
            return true;
        }

        int errno = Marshal.GetLastPInvokeError();
        return errno is Errno.EINVAL or Errno.ENOSYS ? false : throw new LinuxException("renameat2", first, errno);
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "renameat2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Rename(int oldFolder, string oldPath, int newFolder, string newPath, uint flags);
    }
}
