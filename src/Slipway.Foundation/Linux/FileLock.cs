using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Slipway.Foundation.Linux;

/// <summary>
/// An exclusive lock on a file (flock(2)), between processes and between handles of one process. The system gives it back when the process dies.
/// </summary>
public sealed partial class FileLock : IDisposable
{
    private readonly SafeFileHandle _handle;

    private FileLock(SafeFileHandle handle) => _handle = handle;

    /// <summary>Takes the lock, making the file when it is not there; null when somebody else has it.</summary>
    public static FileLock? TryAcquire(string path)
    {
        const int LOCK_EX = 2, LOCK_NB = 4, O_RDWR = 2, O_CREAT = 0x40, O_CLOEXEC = 0x80000;
        int fd = Native.Open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0x1a4); // not File.OpenHandle: that takes a flock of its own
        LinuxException.ThrowIfFailed(fd, "open", path);
        var handle = new SafeFileHandle(fd, ownsHandle: true);
        if (Native.Flock(handle, LOCK_EX | LOCK_NB) == 0)
        {
            return new FileLock(handle);
        }

        int errno = Marshal.GetLastPInvokeError();
        handle.Dispose();
        return errno == Errno.EAGAIN ? null : throw new LinuxException("flock", path, errno);
    }

    public void Dispose() => _handle.Dispose();

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "open", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Open(string path, int flags, uint mode);

        [LibraryImport("libc", EntryPoint = "flock", SetLastError = true)]
        internal static partial int Flock(SafeFileHandle fd, int operation);
    }
}
