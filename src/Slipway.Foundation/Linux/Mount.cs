using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>The flags of mount(2) that Slipway uses.</summary>
[Flags]
public enum MountFlags : ulong
{
    None = 0,
    ReadOnly = 1,
    NoSetuid = 2,
    NoDevices = 4,
    NoExecute = 8,
    Bind = 4096,
    Recursive = 16384,
    Private = 1 << 18,
}

/// <summary>mount(2) and umount2(2).</summary>
public static partial class Mount
{
    /// <summary>mount(2).</summary>
    /// <param name="type">The file system's name; null for a bind mount or a change of propagation.</param>
    /// <param name="options">The file system's own options, at most a page long.</param>
    public static void Attach(string? source, string target, string? type, MountFlags flags, string? options) =>
        LinuxException.ThrowIfFailed(Native.MountCall(source, target, type, (ulong)flags, options), "mount", target);

    /// <summary>Takes a mount away at once; what still uses it keeps it until then (<c>MNT_DETACH</c>).</summary>
    public static void Detach(string target)
    {
        const int MNT_DETACH = 2;
        LinuxException.ThrowIfFailed(Native.Umount2(target, MNT_DETACH), "umount2", target);
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "mount", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int MountCall(string? source, string target, string? type, ulong flags, string? data);

        [LibraryImport("libc", EntryPoint = "umount2", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Umount2(string target, int flags);
    }
}
