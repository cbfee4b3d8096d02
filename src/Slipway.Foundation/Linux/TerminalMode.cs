using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>The mode of a terminal (termios(3)), put back when this is disposed: a program killed while it had the terminal raw leaves it so.</summary>
public sealed partial class TerminalMode : IDisposable
{
    private const int Enough = 256; // bytes; struct termios has 60 or less everywhere

    private readonly int _fd;
    private readonly byte[] _mode = new byte[Enough];

    private TerminalMode(int fd) => _fd = fd;

    /// <summary>Null when the file descriptor is no terminal.</summary>
    public static TerminalMode? Remember(int fd)
    {
        var mode = new TerminalMode(fd);
        return Native.TcGetAttr(fd, mode._mode) == 0 ? mode : null;
    }

    /// <summary>What is typed is not shown from now on, but for the line's end; lines are edited by the terminal as ever.</summary>
    public void HideInput()
    {
        const int TCSANOW = 0, LocalModes = 12; // c_lflag is the fourth of the structure's 32-bit fields on all of Linux
        const int ICANON = 2, ECHO = 8, ECHONL = 64;
        byte[] hidden = [.. _mode];
        Span<byte> local = hidden.AsSpan(LocalModes);
        BinaryPrimitives.WriteInt32LittleEndian(local, (BinaryPrimitives.ReadInt32LittleEndian(local) & ~ECHO) | ICANON | ECHONL);
        _ = Native.TcSetAttr(_fd, TCSANOW, hidden);
    }

    /// <summary>tcsetattr(3). A terminal that is gone by now needs no mode.</summary>
    public void Dispose()
    {
        const int TCSADRAIN = 1;
        _ = Native.TcSetAttr(_fd, TCSADRAIN, _mode);
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "tcgetattr")]
        internal static partial int TcGetAttr(int fd, Span<byte> mode);

        [LibraryImport("libc", EntryPoint = "tcsetattr")]
        internal static partial int TcSetAttr(int fd, int when, ReadOnlySpan<byte> mode);
    }
}
