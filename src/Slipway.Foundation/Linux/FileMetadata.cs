using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>Sets what a directory listing shows of a file; symbolic links are not followed.</summary>
public static partial class FileMetadata
{
    private const int AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100;

    /// <summary>fchownat(2). Takes setuid bits away, so call it before <see cref="SetPermissions"/>.</summary>
    public static void SetOwner(string path, uint uid, uint gid) =>
        LinuxException.ThrowIfFailed(Native.Fchownat(AT_FDCWD, path, uid, gid, AT_SYMLINK_NOFOLLOW), "fchownat", path);

    /// <summary>chmod(2): the lower twelve bits of the mode. Not for symbolic links.</summary>
    public static void SetPermissions(string path, int permissions) =>
        LinuxException.ThrowIfFailed(Native.Chmod(path, (uint)permissions), "chmod", path);

    /// <summary>utimensat(2): the time of last change of content, and the same for last access.</summary>
    public static unsafe void SetModified(string path, long nanoseconds)
    {
        (long seconds, long rest) = (Math.DivRem(nanoseconds, 1_000_000_000, out long r), r);
        if (rest < 0)
        {
            (seconds, rest) = (seconds - 1, rest + 1_000_000_000);
        }

        long* times = stackalloc long[4] { seconds, rest, seconds, rest };
        LinuxException.ThrowIfFailed(Native.Utimensat(AT_FDCWD, path, times, AT_SYMLINK_NOFOLLOW), "utimensat", path);
    }

    /// <summary>lsetxattr(2).</summary>
    public static void SetExtendedAttribute(string path, string name, byte[] value) =>
        LinuxException.ThrowIfFailed(Native.LsetXattr(path, name, value, (nuint)value.Length, 0), "lsetxattr", path);

    private static unsafe partial class Native
    {
        [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Fchownat(int directory, string path, uint uid, uint gid, int flags);

        [LibraryImport("libc", EntryPoint = "chmod", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Chmod(string path, uint mode);

        [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Utimensat(int directory, string path, long* times, int flags);

        [LibraryImport("libc", EntryPoint = "lsetxattr", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int LsetXattr(string path, string name, byte[] value, nuint size, int flags);
    }
}
