using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

public sealed partial class DirectoryHandle
{
    /// <summary>The status of what the name is, a link itself included.</summary>
    public FileStatus StatusOf(string name) => FileStatus.At(Descriptor, name, PathOf(name));

    /// <summary>readlinkat(2): the text of a symbolic link.</summary>
    public string ReadLink(string name)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize];
        byte[] target = new byte[4096];
        nint length = Native.ReadLinkAt(Descriptor, NativePath.Encode(name, buffer), target, (nuint)target.Length);
        LinuxException.ThrowIfFailed(length, "readlink", PathOf(name));
        return PathText.Decode(target.AsSpan(0, (int)length));
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "readlinkat", SetLastError = true)]
        internal static partial nint ReadLinkAt(int dirfd, ReadOnlySpan<byte> path, Span<byte> buffer, nuint size);
    }
}
