using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

public sealed partial class DirectoryHandle
{
    /// <summary>Removes a file, link or node.</summary>
    public void RemoveFile(string name) => Check(Unlink(name, 0), name);

    /// <summary>Removes an empty directory.</summary>
    public void RemoveDirectory(string name) => Check(Unlink(name, AT_REMOVEDIR), name);

    /// <summary>Removes whatever is there with all that lies in it; nothing there is fine. Links are removed, not followed.</summary>
    public void RemoveTree(string name)
    {
        int errno = Unlink(name, 0);
        if (errno is Errno.EISDIR or Errno.EPERM)
        {
            using (DirectoryHandle directory = OpenToRemove(name))
            {
                foreach (string child in directory.ReadNames())
                {
                    directory.RemoveTree(child);
                }
            }

            errno = Unlink(name, AT_REMOVEDIR);
        }

        Check(errno == Errno.ENOENT ? 0 : errno, name);
    }

    /// <summary>As the instance's, by path.</summary>
    public static void RemoveTreeAt(string path)
    {
        string parent = Path.GetDirectoryName(Path.TrimEndingDirectorySeparator(path))!;
        if (FileStatus.TryOf(parent, out _, followLinks: true))
        {
            using DirectoryHandle directory = Open(parent);
            directory.RemoveTree(Path.GetFileName(Path.TrimEndingDirectorySeparator(path)));
        }
    }

    // Not root: a directory without its owner's bits can still be removed by its owner.
    private DirectoryHandle OpenToRemove(string name)
    {
        const int OwnerMayAll = 0x1C0;
        try
        {
            FileStatus status = StatusOf(name);
            if ((status.Permissions & OwnerMayAll) != OwnerMayAll && ProcessIdentity.EffectiveUid != 0)
            {
                SetMode(name, OwnerMayAll);
            }
        }
        catch (LinuxException e) when (e.Errno is Errno.EPERM or Errno.EACCES)
        {
            // Opening says it better.
        }

        return OpenDirectory(name);
    }

    private int Unlink(string name, int flags)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize];
        return Native.UnlinkAt(Descriptor, NativePath.Encode(name, buffer), flags) == 0 ? 0 : Marshal.GetLastPInvokeError();
    }

    private void Check(int errno, string name)
    {
        if (errno != 0)
        {
            throw new LinuxException("unlink", PathOf(name), errno);
        }
    }

    private static partial class Native
    {
        /// <summary>unlinkat(2).</summary>
        [LibraryImport("libc", EntryPoint = "unlinkat", SetLastError = true)]
        internal static partial int UnlinkAt(int dirfd, ReadOnlySpan<byte> path, int flags);
    }
}
