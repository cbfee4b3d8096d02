using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>Changes whom a file belongs to.</summary>
public static partial class FileOwner
{
    /// <summary>lchown(2): a symbolic link is not followed.</summary>
    /// <exception cref="LinuxException">Not permitted, or the id is not mapped in this user namespace (EINVAL).</exception>
    public static void Set(string path, uint uid, uint gid) =>
        LinuxException.ThrowIfFailed(Lchown(path, uid, gid), "lchown", path);

    [LibraryImport("libc", EntryPoint = "lchown", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
    private static partial int Lchown(string path, uint uid, uint gid);
}
