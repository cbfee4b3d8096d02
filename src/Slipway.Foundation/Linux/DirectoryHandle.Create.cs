using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

public sealed partial class DirectoryHandle
{
    /// <summary>mkdirat(2); the mode is narrowed by the process's umask.</summary>
    public void CreateDirectory(string name, int mode)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize];
        LinuxException.ThrowIfFailed(Native.MkdirAt(Descriptor, NativePath.Encode(name, buffer), (uint)mode), "mkdir", PathOf(name));
    }

    /// <summary>symlinkat(2).</summary>
    public void CreateSymbolicLink(string name, string target)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize], targetBuffer = stackalloc byte[NativePath.StackSize];
        int result = Native.SymlinkAt(NativePath.Encode(target, targetBuffer), Descriptor, NativePath.Encode(name, buffer));
        LinuxException.ThrowIfFailed(result, "symlink", PathOf(name));
    }

    /// <summary>linkat(2): gives the file <paramref name="target"/> of another directory a second name here; a link is not followed.</summary>
    public void CreateHardLink(string name, DirectoryHandle targetDirectory, string target)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize], targetBuffer = stackalloc byte[NativePath.StackSize];
        int result = Native.LinkAt(
            targetDirectory.Descriptor, NativePath.Encode(target, targetBuffer), Descriptor, NativePath.Encode(name, buffer), 0);
        LinuxException.ThrowIfFailed(result, "link", PathOf(name));
    }

    /// <summary>mknodat(2) for a device or fifo. False when the system does not permit it, as in a user namespace.</summary>
    public bool TryCreateNode(string name, FileKind kind, int mode, uint major, uint minor)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize];

        // makedev(3) of the C library.
        ulong device = ((ulong)(major & 0xFFFFF000) << 32) | ((ulong)(major & 0xFFF) << 8) | ((ulong)(minor & 0xFFFFFF00) << 12) | (minor & 0xFF);
        if (Native.MknodAt(Descriptor, NativePath.Encode(name, buffer), (uint)kind | (uint)mode, device) == 0)
        {
            return true;
        }

        int errno = Marshal.GetLastPInvokeError();
        return errno == Errno.EPERM ? false : throw new LinuxException("mknod", PathOf(name), errno);
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "mkdirat", SetLastError = true)]
        internal static partial int MkdirAt(int dirfd, ReadOnlySpan<byte> path, uint mode);

        [LibraryImport("libc", EntryPoint = "symlinkat", SetLastError = true)]
        internal static partial int SymlinkAt(ReadOnlySpan<byte> target, int dirfd, ReadOnlySpan<byte> path);

        [LibraryImport("libc", EntryPoint = "linkat", SetLastError = true)]
        internal static partial int LinkAt(int oldDirfd, ReadOnlySpan<byte> oldPath, int newDirfd, ReadOnlySpan<byte> newPath, int flags);

        [LibraryImport("libc", EntryPoint = "mknodat", SetLastError = true)]
        internal static partial int MknodAt(int dirfd, ReadOnlySpan<byte> path, uint mode, ulong device);
    }
}
