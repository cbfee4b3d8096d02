using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Slipway.Foundation.Linux;

/// <summary>poll(2) for readability.</summary>
public static partial class Poll
{
    /// <summary>
    /// Waits until one of the handles can be read or has come to its end, or until the time is over (<see cref="Timeout.InfiniteTimeSpan"/>: never).
    /// A null handle is not looked at.
    /// </summary>
    /// <param name="ready">Set, for each handle, to whether it is ready.</param>
    public static void WaitReadable(ReadOnlySpan<SafeFileHandle?> handles, Span<bool> ready, TimeSpan timeout)
    {
        const short POLLIN = 1;
        Span<PollFd> fds = stackalloc PollFd[handles.Length];
        for (int i = 0; i < handles.Length; i++)
        {
            fds[i] = new PollFd { Fd = handles[i] is { } handle ? (int)handle.DangerousGetHandle() : -1, Events = POLLIN };
        }

        int milliseconds = timeout == Timeout.InfiniteTimeSpan ? -1 : (int)Math.Ceiling(Math.Max(0, timeout.TotalMilliseconds));
        if (Native.PollCall(fds, (nuint)fds.Length, milliseconds) < 0 && Marshal.GetLastPInvokeError() != Errno.EINTR)
        {
            throw new LinuxException("poll", null, Marshal.GetLastPInvokeError());
        }

        for (int i = 0; i < handles.Length; i++)
        {
            ready[i] = fds[i].Returned != 0;
        }
    }

    [StructLayout(LayoutKind.Sequential)]
    private struct PollFd
    {
        public int Fd;
        public short Events;
        public short Returned;
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "poll", SetLastError = true)]
        internal static partial int PollCall(Span<PollFd> fds, nuint count, int milliseconds);
    }
}
