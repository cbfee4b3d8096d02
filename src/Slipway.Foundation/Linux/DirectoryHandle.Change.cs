using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

public sealed partial class DirectoryHandle
{
    /// <summary>This directory itself, to change its owner, mode, times and attributes. Not to be closed.</summary>
    public FileDescriptor Self => new(Descriptor);

    /// <summary>fchmodat(2). Must not name a symbolic link, which has no mode of its own: the call would follow it.</summary>
    public void SetMode(string name, int mode)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize];
        LinuxException.ThrowIfFailed(Native.ChmodAt(Descriptor, NativePath.Encode(name, buffer), (uint)mode, 0), "chmod", PathOf(name));
    }

    /// <summary>fchownat(2), of a link itself.</summary>
    public void SetOwner(string name, uint uid, uint gid)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize];
        int result = Native.ChownAt(Descriptor, NativePath.Encode(name, buffer), uid, gid, AT_SYMLINK_NOFOLLOW);
        LinuxException.ThrowIfFailed(result, "chown", PathOf(name));
    }

    /// <summary>utimensat(2): access and modification time, in whole seconds, of a link itself.</summary>
    public void SetTime(string name, long seconds)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize];
        ReadOnlySpan<TimeSpec> times = [new(seconds), new(seconds)];
        int result = Native.UtimensAt(Descriptor, NativePath.Encode(name, buffer), times, AT_SYMLINK_NOFOLLOW);
        LinuxException.ThrowIfFailed(result, "utimensat", PathOf(name));
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "fchmodat", SetLastError = true)]
        internal static partial int ChmodAt(int dirfd, ReadOnlySpan<byte> path, uint mode, int flags);

        [LibraryImport("libc", EntryPoint = "fchownat", SetLastError = true)]
        internal static partial int ChownAt(int dirfd, ReadOnlySpan<byte> path, uint uid, uint gid, int flags);

        [LibraryImport("libc", EntryPoint = "utimensat", SetLastError = true)]
        internal static partial int UtimensAt(int dirfd, ReadOnlySpan<byte> path, ReadOnlySpan<TimeSpec> times, int flags);
    }
}

/// <summary>struct timespec on 64-bit systems.</summary>
[StructLayout(LayoutKind.Sequential)]
internal readonly struct TimeSpec(long seconds)
{
    public readonly long Seconds = seconds;
    public readonly long Nanoseconds;
}
