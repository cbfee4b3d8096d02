using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Slipway.Foundation.Linux;

/// <summary>
/// A program started by <see cref="ProcessSpawn"/>: waited for through a pidfd (pidfd_open(2)), so it can be polled together with pipes.
/// All members belong to one thread; between <see cref="Signal"/> and <see cref="Reap"/> the pid cannot be taken by another process.
/// </summary>
public sealed partial class ChildProcess : IDisposable
{
    private const long SYS_pidfd_open = 434;

    internal ChildProcess(int pid)
    {
        long fd = Native.PidFdOpen(SYS_pidfd_open, pid, 0);
        LinuxException.ThrowIfFailed(fd, "pidfd_open");
        (Pid, Exited) = (pid, new SafeFileHandle((int)fd, ownsHandle: true));
    }

    public int Pid { get; }

    /// <summary>Becomes readable when the program has ended.</summary>
    public SafeFileHandle Exited { get; }

    /// <summary>kill(2). A program that has ended but is not yet reaped takes no notice.</summary>
    public void Signal(int signal) => LinuxException.ThrowIfFailed(Native.Kill(Pid, signal), "kill");

    /// <summary>waitpid(2): waits for the end and gives the exit code, 128+n for signal n.</summary>
    public int Reap()
    {
        int status;
        while (Native.WaitPid(Pid, out status, 0) < 0)
        {
            int errno = Marshal.GetLastPInvokeError();
            if (errno != Errno.EINTR)
            {
                throw new LinuxException("waitpid", null, errno);
            }
        }

        int signal = status & 0x7f;
        return signal == 0 ? (status >> 8) & 0xff : 128 + signal;
    }

    public void Dispose() => Exited.Dispose();

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
        internal static partial long PidFdOpen(long number, int pid, uint flags);

        [LibraryImport("libc", EntryPoint = "kill", SetLastError = true)]
        internal static partial int Kill(int pid, int signal);

        [LibraryImport("libc", EntryPoint = "waitpid", SetLastError = true)]
        internal static partial int WaitPid(int pid, out int status, int options);
    }
}
