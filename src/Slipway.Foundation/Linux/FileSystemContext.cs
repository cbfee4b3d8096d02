using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Slipway.Foundation.Linux;

/// <summary>
/// A mount in the making, by the calls that came with Linux 5.2: fsopen(2), fsconfig(2), fsmount(2), move_mount(2).
/// Unlike mount(2) its options have no common limit of one page. The system call numbers are the same on every architecture.
/// </summary>
public sealed partial class FileSystemContext : IDisposable
{
    private const long SYS_move_mount = 429, SYS_fsopen = 430, SYS_fsconfig = 431, SYS_fsmount = 432;

    private readonly SafeFileHandle _context;

    private FileSystemContext(int fd) => _context = new SafeFileHandle(fd, ownsHandle: true);

    /// <summary>fsopen(2); null when the kernel is older than the call or the file system.</summary>
    public static FileSystemContext? TryOpen(string type)
    {
        const uint FSOPEN_CLOEXEC = 1;
        int fd = (int)Native.FsOpen(SYS_fsopen, type, FSOPEN_CLOEXEC);
        return fd >= 0 ? new FileSystemContext(fd) : null;
    }

    /// <summary>fsconfig(2): sets a text option.</summary>
    public void Set(string key, string value) => LinuxException.ThrowIfFailed(TrySet(key, value), "fsconfig", key);

    /// <summary>As <see cref="Set(string, string)"/>; -1 when the kernel does not take the option.</summary>
    public long TrySet(string key, string value)
    {
        const uint FSCONFIG_SET_STRING = 1;
        return Native.FsConfig(SYS_fsconfig, _context, FSCONFIG_SET_STRING, key, value, 0);
    }

    /// <summary>fsconfig(2): sets an option that has no value.</summary>
    public void Set(string flag)
    {
        const uint FSCONFIG_SET_FLAG = 0;
        LinuxException.ThrowIfFailed(Native.FsConfig(SYS_fsconfig, _context, FSCONFIG_SET_FLAG, flag, null, 0), "fsconfig", flag);
    }

    /// <summary>Makes the file system and mounts it at <paramref name="target"/>.</summary>
    public void AttachAt(string target)
    {
        const uint FSCONFIG_CMD_CREATE = 6, FSMOUNT_CLOEXEC = 1, MOVE_MOUNT_F_EMPTY_PATH = 4;
        const int AT_FDCWD = -100;
        LinuxException.ThrowIfFailed(
            Native.FsConfig(SYS_fsconfig, _context, FSCONFIG_CMD_CREATE, null, null, 0), "fsconfig", $"mount at {target}{Log()}");
        long fd = Native.FsMount(SYS_fsmount, _context, FSMOUNT_CLOEXEC, 0);
        LinuxException.ThrowIfFailed(fd, "fsmount", target);
        using var mount = new SafeFileHandle((int)fd, ownsHandle: true);
        LinuxException.ThrowIfFailed(
            Native.MoveMount(SYS_move_mount, mount, "", AT_FDCWD, target, MOVE_MOUNT_F_EMPTY_PATH), "move_mount", target);
    }

    public void Dispose() => _context.Dispose();

    /// <summary>The kernel's own words on what went wrong, which it queues on the context.</summary>
    private string Log()
    {
        int errno = Marshal.GetLastPInvokeError();
        var text = new System.Text.StringBuilder();
        Span<byte> line = stackalloc byte[512];
        while (Native.Read(_context, line, (nuint)line.Length) is > 0 and var length)
        {
            text.Append(": ").Append(System.Text.Encoding.UTF8.GetString(line[..(int)length]).TrimEnd());
        }

        Marshal.SetLastPInvokeError(errno);
        return text.ToString();
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial long FsOpen(long number, string name, uint flags);

        [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial long FsConfig(long number, SafeFileHandle fd, uint command, string? key, string? value, int aux);

        [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true)]
        internal static partial long FsMount(long number, SafeFileHandle fd, uint flags, uint attributes);

        [LibraryImport("libc", EntryPoint = "syscall", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial long MoveMount(long number, SafeFileHandle from, string fromPath, int to, string toPath, uint flags);

        [LibraryImport("libc", EntryPoint = "read")]
        internal static partial nint Read(SafeFileHandle fd, Span<byte> buffer, nuint length);
    }
}
