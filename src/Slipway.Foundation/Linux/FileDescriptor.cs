using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>
/// An open file by its bare number, for loops over many thousand files where a SafeFileHandle's checks (fstat, flock, finalizer) would cost
/// more than the work. Whoever opens it closes it.
/// </summary>
public readonly partial struct FileDescriptor : IDisposable
{
    private readonly int _fd;

    internal FileDescriptor(int fd) => _fd = fd;

    public int Number => _fd;

    /// <summary>Opens a file for reading by its path; a link at its end is not followed, a fifo does not block.</summary>
    public static FileDescriptor OpenRead(string path) => DirectoryHandle.OpenAbsolute(path);

    /// <summary>read(2); 0 at the end of the file.</summary>
    public int Read(Span<byte> buffer)
    {
        for (; ; )
        {
            nint read = Native.Read(_fd, buffer, (nuint)buffer.Length);
            if (read >= 0)
            {
                return (int)read;
            }

            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR)
            {
                throw new LinuxException("read", null, errno);
            }
        }
    }

    /// <summary>write(2) until all is written.</summary>
    public void Write(ReadOnlySpan<byte> buffer)
    {
        while (buffer.Length > 0)
        {
            nint written = Native.Write(_fd, buffer, (nuint)buffer.Length);
            if (written >= 0)
            {
                buffer = buffer[(int)written..];
            }
            else if (Marshal.GetLastPInvokeError() is var errno and not Errno.EINTR)
            {
                throw new LinuxException("write", null, errno);
            }
        }
    }

    /// <summary>lseek(2) from the start.</summary>
    public void Seek(long offset) => LinuxException.ThrowIfFailed(Native.Seek(_fd, offset, 0), "lseek");

    /// <summary>ftruncate(2).</summary>
    public void SetLength(long length) => LinuxException.ThrowIfFailed(Native.Truncate(_fd, length), "ftruncate");

    /// <summary>
    /// ioctl_ficlone(2): makes this empty file share the blocks of another, each free to change. False where the file system cannot, or the two are not on one.
    /// </summary>
    public bool TryCloneFrom(FileDescriptor source)
    {
        const nuint FICLONE = 0x40049409; // _IOW(0x94, 9, int), the same on x86-64 and arm64
        if (Native.Ioctl(_fd, FICLONE, source._fd) == 0)
        {
            return true;
        }

        int errno = Marshal.GetLastPInvokeError();
        return errno is Errno.EOPNOTSUPP or Errno.EXDEV or Errno.EINVAL or Errno.ENOTTY or Errno.ENOSYS ? false : throw new LinuxException("ioctl(FICLONE)", null, errno);
    }

    /// <summary>fchmod(2).</summary>
    public void SetMode(int mode) => LinuxException.ThrowIfFailed(Native.Chmod(_fd, (uint)mode), "fchmod");

    /// <summary>fchown(2).</summary>
    public void SetOwner(uint uid, uint gid) => LinuxException.ThrowIfFailed(Native.Chown(_fd, uid, gid), "fchown");

    /// <summary>futimens(3): access and modification time in whole seconds.</summary>
    public void SetTime(long seconds)
    {
        ReadOnlySpan<TimeSpec> times = [new(seconds), new(seconds)];
        LinuxException.ThrowIfFailed(Native.Utimens(_fd, times), "futimens");
    }

    /// <summary>close(2).</summary>
    public void Dispose() => _ = Native.Close(_fd);

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
        internal static partial nint Read(int fd, Span<byte> buffer, nuint size);

        [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
        internal static partial nint Write(int fd, ReadOnlySpan<byte> buffer, nuint size);

        [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
        internal static partial long Seek(int fd, long offset, int whence);

        [LibraryImport("libc", EntryPoint = "ftruncate", SetLastError = true)]
        internal static partial int Truncate(int fd, long length);

        [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
        internal static partial int Ioctl(int fd, nuint request, nint argument);

        [LibraryImport("libc", EntryPoint = "fchmod", SetLastError = true)]
        internal static partial int Chmod(int fd, uint mode);

        [LibraryImport("libc", EntryPoint = "fchown", SetLastError = true)]
        internal static partial int Chown(int fd, uint uid, uint gid);

        [LibraryImport("libc", EntryPoint = "futimens", SetLastError = true)]
        internal static partial int Utimens(int fd, ReadOnlySpan<TimeSpec> times);

        [LibraryImport("libc", EntryPoint = "close")]
        internal static partial int Close(int fd);
    }
}
