using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>The type of a file, as the bits of <c>S_IFMT</c> (inode(7)).</summary>
public enum FileKind
{
    Fifo = 0x1000,
    CharacterDevice = 0x2000,
    Directory = 0x4000,
    BlockDevice = 0x6000,
    Regular = 0x8000,
    SymbolicLink = 0xA000,
    Socket = 0xC000,
}

/// <summary>What the system knows of a file without opening it. Times are nanoseconds since 1970.</summary>
public readonly record struct FileStatus(
    FileKind Kind,
    int Permissions,
    uint Uid,
    uint Gid,
    long Size,
    ulong Inode,
    uint LinkCount,
    ulong Device,
    uint DeviceMajor,
    uint DeviceMinor,
    long ModifiedNanoseconds,
    long ChangedNanoseconds,
    long Blocks)
{
    /// <summary>The status of the path itself; a symbolic link is not followed.</summary>
    /// <exception cref="LinuxException">The path cannot be reached.</exception>
    public static FileStatus Of(string path)
    {
        int errno = Read(path, followLinks: false, out FileStatus status);
        return errno == 0 ? status : throw new LinuxException("statx", path, errno);
    }

    /// <summary>As <see cref="Of"/>, but false when nothing is there.</summary>
    public static bool TryOf(string path, out FileStatus status, bool followLinks = false)
    {
        int errno = Read(path, followLinks, out status);
        return errno switch
        {
            0 => true,
            Errno.ENOENT or Errno.ENOTDIR => false,
            _ => throw new LinuxException("statx", path, errno),
        };
    }

    /// <summary>The status of a name in an open directory, a link not followed.</summary>
    internal static FileStatus At(int directory, string name, string path)
    {
        int errno = Read(directory, name, followLinks: false, out FileStatus status);
        return errno == 0 ? status : throw new LinuxException("statx", path, errno);
    }

    private static int Read(string path, bool followLinks, out FileStatus status)
    {
        const int AT_FDCWD = -100;
        return Read(AT_FDCWD, path, followLinks, out status);
    }

    private static int Read(int directory, string path, bool followLinks, out FileStatus status)
    {
        const int AT_SYMLINK_NOFOLLOW = 0x100;
        const uint STATX_BASIC_STATS = 0x7ff;
        Span<byte> buffer = stackalloc byte[NativePath.StackSize];
        if (NativeMethods.Statx(directory, NativePath.Encode(path, buffer), followLinks ? 0 : AT_SYMLINK_NOFOLLOW, STATX_BASIC_STATS, out Statx s) != 0)
        {
            status = default;
            return Marshal.GetLastPInvokeError();
        }

        status = new FileStatus(
            (FileKind)(s.Mode & 0xF000), s.Mode & 0xFFF, s.Uid, s.Gid, (long)s.Size, s.Inode, s.LinkCount,
            ((ulong)s.DeviceMajor << 32) | s.DeviceMinor, s.RdevMajor, s.RdevMinor,
            s.Modified.Total, s.Changed.Total, (long)s.Blocks);
        return 0;
    }

    [StructLayout(LayoutKind.Sequential)]
    internal readonly struct Timestamp
    {
        public readonly long Seconds;
        public readonly uint Nanoseconds;
        private readonly int _reserved;

        public long Total => (Seconds * 1_000_000_000) + Nanoseconds;
    }

    // struct statx of statx(2): the same layout on every architecture.
    [StructLayout(LayoutKind.Sequential, Size = 256)]
    internal readonly struct Statx
    {
        public readonly uint Mask, BlockSize;
        public readonly ulong Attributes;
        public readonly uint LinkCount, Uid, Gid;
        public readonly ushort Mode;
        private readonly ushort _spare;
        public readonly ulong Inode, Size, Blocks, AttributesMask;
        public readonly Timestamp Accessed, Created, Changed, Modified;
        public readonly uint RdevMajor, RdevMinor, DeviceMajor, DeviceMinor;
    }
}

internal static partial class NativeMethods
{
    /// <summary>statx(2).</summary>
    [LibraryImport("libc", EntryPoint = "statx", SetLastError = true)]
    internal static partial int Statx(int dirfd, ReadOnlySpan<byte> path, int flags, uint mask, out FileStatus.Statx status);
}
