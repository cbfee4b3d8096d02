using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Slipway.Foundation.Linux;

/// <summary>unshare(2) and setns(2), which act on the calling thread alone.</summary>
public static partial class Namespaces
{
    private const int CLONE_FS = 0x200, CLONE_NEWNS = 0x20000;

    /// <summary>
    /// Moves the calling thread into a private copy of the mount namespace <paramref name="template"/>. For a thread that does nothing else
    /// and is not given back to a pool: its root, working directory and mounts are its own from here on.
    /// </summary>
    public static void EnterPrivateCopyOf(SafeFileHandle template)
    {
        LinuxException.ThrowIfFailed(Native.Unshare(CLONE_FS), "unshare", "fs");
        LinuxException.ThrowIfFailed(Native.SetNs(template, CLONE_NEWNS), "setns", "mount namespace");
        LinuxException.ThrowIfFailed(Native.Unshare(CLONE_NEWNS), "unshare", "mount namespace");
        Mount.Attach(null, "/", null, MountFlags.Recursive | MountFlags.Private, null);
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "unshare", SetLastError = true)]
        internal static partial int Unshare(int flags);

        [LibraryImport("libc", EntryPoint = "setns", SetLastError = true)]
        internal static partial int SetNs(SafeFileHandle fd, int type);
    }
}
