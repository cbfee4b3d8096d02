using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>
/// An open directory. Everything is done relative to it and no symbolic link is followed at the end of a name, so that nobody can
/// lead the work astray by exchanging a directory for a link. Names are those of <see cref="PathText"/>.
/// </summary>
public sealed unsafe partial class DirectoryHandle : IDisposable
{
    private const int O_RDONLY = 0, O_WRONLY = 1, O_CREAT = 0x40, O_EXCL = 0x80, O_NONBLOCK = 0x800, O_CLOEXEC = 0x80000;
    private const int AT_FDCWD = -100, AT_SYMLINK_NOFOLLOW = 0x100, AT_REMOVEDIR = 0x200;

    // O_DIRECTORY and O_NOFOLLOW are among the few flags whose numbers differ between processors (asm/fcntl.h).
    private static readonly bool IsArm = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm;
    private static readonly int O_DIRECTORY = IsArm ? 0x4000 : 0x10000;
    private static readonly int O_NOFOLLOW = IsArm ? 0x8000 : 0x20000;

    private readonly string _path;
    private int _fd;

    private DirectoryHandle(int fd, string path) => (_fd, _path) = (fd, path);

    /// <summary>The descriptor's number, valid while the handle is open.</summary>
    public int Descriptor => _fd >= 0 ? _fd : throw new ObjectDisposedException(nameof(DirectoryHandle));

    /// <summary>Opens a directory by its path; links on the way are followed.</summary>
    /// <exception cref="LinuxException">There is no such directory.</exception>
    public static DirectoryHandle Open(string path)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize];
        int fd = Native.OpenAt(AT_FDCWD, NativePath.Encode(path, buffer), O_RDONLY | O_DIRECTORY | O_CLOEXEC, 0);
        LinuxException.ThrowIfFailed(fd, "open", path);
        return new DirectoryHandle(fd, path);
    }

    /// <summary>Opens a directory directly in this one; a link is not followed.</summary>
    public DirectoryHandle OpenDirectory(string name)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize];
        int fd = Native.OpenAt(Descriptor, NativePath.Encode(name, buffer), O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC, 0);
        LinuxException.ThrowIfFailed(fd, "open", PathOf(name));
        return new DirectoryHandle(fd, PathOf(name));
    }

    /// <summary>
    /// Opens a directory any number of levels below; the kernel makes sure that no link is on the way and the way does not leave this directory (openat2(2)).
    /// The empty path opens this directory again.
    /// </summary>
    public DirectoryHandle OpenBeneath(string path)
    {
        const ulong RESOLVE_NO_SYMLINKS = 4, RESOLVE_BENEATH = 8;
        const long SYS_openat2 = 437;
        Span<byte> buffer = stackalloc byte[NativePath.StackSize];
        var how = new OpenHow { Flags = (ulong)(O_RDONLY | O_DIRECTORY | O_CLOEXEC), Resolve = RESOLVE_NO_SYMLINKS | RESOLVE_BENEATH };
        long fd = Native.OpenAt2(SYS_openat2, Descriptor, NativePath.Encode(path.Length == 0 ? "." : path, buffer), ref how, sizeof(OpenHow));
        LinuxException.ThrowIfFailed(fd, "openat2", PathOf(path));
        return new DirectoryHandle((int)fd, PathOf(path));
    }

    /// <summary>Opens a file for reading; a link is not followed and a fifo does not block.</summary>
    public FileDescriptor OpenFile(string name) => OpenAt(Descriptor, name, O_RDONLY | O_NONBLOCK, 0, _path);

    /// <summary>Makes a new file and opens it for writing; anything that is there already is an error.</summary>
    public FileDescriptor CreateFile(string name, int mode) => OpenAt(Descriptor, name, O_WRONLY | O_CREAT | O_EXCL, mode, _path);

    public void Dispose()
    {
        if (_fd >= 0)
        {
            _ = Native.Close(_fd);
            _fd = -1;
        }
    }

    internal static FileDescriptor OpenAbsolute(string path) => OpenAt(AT_FDCWD, path, O_RDONLY | O_NONBLOCK, 0, null);

    private static FileDescriptor OpenAt(int directory, string name, int flags, int mode, string? path)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize];
        int fd = Native.OpenAt(directory, NativePath.Encode(name, buffer), flags | O_NOFOLLOW | O_CLOEXEC, mode);
        if (fd < 0)
        {
            throw new LinuxException("open", path is null ? name : $"{path}/{name}", Marshal.GetLastPInvokeError());
        }

        return new FileDescriptor(fd);
    }

    private string PathOf(string name) => $"{_path}/{name}";

    [StructLayout(LayoutKind.Sequential)]
    private struct OpenHow
    {
        public ulong Flags, Mode, Resolve;
    }

    private static partial class Native
    {
        /// <summary>openat(2).</summary>
        [LibraryImport("libc", EntryPoint = "openat", SetLastError = true)]
        internal static partial int OpenAt(int dirfd, ReadOnlySpan<byte> path, int flags, int mode);

        /// <summary>openat2(2), for which the C library has no function.</summary>
        [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
        internal static partial long OpenAt2(long number, long dirfd, ReadOnlySpan<byte> path, ref OpenHow how, long size);

        /// <summary>close(2).</summary>
        [LibraryImport("libc", EntryPoint = "close")]
        internal static partial int Close(int fd);
    }
}
