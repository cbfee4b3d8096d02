using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Slipway.Foundation.Linux;

/// <summary>
/// A lock on a file (flock(2)), between processes and between handles of one process. The system gives it back when the process dies.
/// The file may be removed by whoever holds the exclusive lock; others notice and take the new one.
/// </summary>
public sealed partial class FileLock : IDisposable
{
    private readonly SafeFileHandle _handle;

    private FileLock(SafeFileHandle handle) => _handle = handle;

    /// <summary>Takes the lock, waiting as long as it needs; the file is made when it is not there.</summary>
    public static async Task<FileLock> AcquireAsync(string path, bool exclusive, CancellationToken cancellationToken)
    {
        for (int pause = 1; ; pause = Math.Min(pause * 2, 20))
        {
            if (TryAcquire(path, exclusive) is { } taken)
            {
                return taken;
            }

            await Task.Delay(pause, cancellationToken);
        }
    }

    /// <summary>Takes the exclusive lock, making the file when it is not there; null when somebody else has it.</summary>
    public static FileLock? TryAcquire(string path) => TryAcquire(path, exclusive: true);

    /// <summary>Takes the lock, making the file when it is not there; null when somebody else has one that excludes it.</summary>
    public static FileLock? TryAcquire(string path, bool exclusive)
    {
        const int LOCK_SH = 1, LOCK_EX = 2, LOCK_NB = 4, O_RDWR = 2, O_CREAT = 0x40, O_CLOEXEC = 0x80000;
        for (; ; )
        {
            int fd = Native.Open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0x1a4); // not File.OpenHandle: that takes a flock of its own
            LinuxException.ThrowIfFailed(fd, "open", path);
            var handle = new SafeFileHandle(fd, ownsHandle: true);
            if (Native.Flock(handle, (exclusive ? LOCK_EX : LOCK_SH) | LOCK_NB) != 0)
            {
                int errno = Marshal.GetLastPInvokeError();
                handle.Dispose();
                return errno == Errno.EAGAIN ? null : throw new LinuxException("flock", path, errno);
            }

            // Between opening and locking the last holder may have removed the file: then this lock protects nothing.
            if (IsStillAt(fd, path))
            {
                return new FileLock(handle);
            }

            handle.Dispose();
        }
    }

    public void Dispose() => _handle.Dispose();

    private static bool IsStillAt(int fd, string path) =>
        FileStatus.TryOf(path, out FileStatus named)
        && FileStatus.TryOf($"/proc/self/fd/{fd}", out FileStatus open, followLinks: true)
        && (named.Inode, named.Device) == (open.Inode, open.Device);

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Open(string path, int flags, uint mode);

        [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
        internal static partial int Flock(SafeFileHandle fd, int operation);
    }
}
