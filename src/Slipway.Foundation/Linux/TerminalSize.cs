using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>The size of a terminal in character cells.</summary>
public readonly record struct TerminalSize(int Columns, int Rows)
{
    /// <summary>The size of the terminal behind a file descriptor, or null when it is no terminal or does not say.</summary>
    public static TerminalSize? Of(int fileDescriptor)
    {
        const nuint TIOCGWINSZ = 0x5413;
        int result = NativeMethods.IoctlWindowSize(fileDescriptor, TIOCGWINSZ, out NativeMethods.WindowSize size);
        return result == 0 && size.Columns > 0 && size.Rows > 0 ? new TerminalSize(size.Columns, size.Rows) : null;
    }
}

internal static partial class NativeMethods
{
    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct WindowSize
    {
        public readonly ushort Rows, Columns, PixelWidth, PixelHeight;
    }

    /// <summary>ioctl_tty(2).</summary>
    [LibraryImport("libc", EntryPoint = "ioctl", SetLastError = true)]
    internal static partial int IoctlWindowSize(int fd, nuint request, out WindowSize size);
}
