using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Slipway.Foundation.Linux;

/// <summary>A pipe (pipe2(2)) whose ends are closed on exec.</summary>
public sealed partial class Pipe : IDisposable
{
    private Pipe(int reader, int writer) =>
        (Reader, Writer) = (new SafeFileHandle(reader, ownsHandle: true), new SafeFileHandle(writer, ownsHandle: true));

    public SafeFileHandle Reader { get; }

    public SafeFileHandle Writer { get; }

    public static Pipe Create()
    {
        const int O_CLOEXEC = 0x80000;
        Span<int> ends = stackalloc int[2];
        LinuxException.ThrowIfFailed(Native.Pipe2(ends, O_CLOEXEC), "pipe2");
        return new Pipe(ends[0], ends[1]);
    }

    /// <summary>read(2): what is there, at least one byte unless the other end is closed; then 0.</summary>
    public int Read(Span<byte> buffer)
    {
        while (true)
        {
            nint length = Native.Read(Reader, buffer, (nuint)buffer.Length);
            if (length >= 0 || Marshal.GetLastPInvokeError() != Errno.EINTR)
            {
                LinuxException.ThrowIfFailed(length, "read", "pipe");
                return (int)length;
            }
        }
    }

    /// <summary>write(2) of one byte, which wakes the reader.</summary>
    public void WriteByte() => LinuxException.ThrowIfFailed(Native.Write(Writer, [0], 1), "write", "pipe");

    public void Dispose()
    {
        Reader.Dispose();
        Writer.Dispose();
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "pipe2", SetLastError = true)]
        internal static partial int Pipe2(Span<int> ends, int flags);

        [LibraryImport("libc", EntryPoint = "read", SetLastError = true)]
        internal static partial nint Read(SafeFileHandle fd, Span<byte> buffer, nuint length);

        [LibraryImport("libc", EntryPoint = "write", SetLastError = true)]
        internal static partial nint Write(SafeFileHandle fd, ReadOnlySpan<byte> buffer, nuint length);
    }
}
