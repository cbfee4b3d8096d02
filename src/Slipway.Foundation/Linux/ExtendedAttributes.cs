using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>Extended attributes of files (xattr(7)), of a name in an open directory; a link is not followed.</summary>
public static partial class ExtendedAttributes
{
    /// <summary>The names of the attributes; none where the file system has no attributes.</summary>
    public static IReadOnlyList<string> List(DirectoryHandle directory, string name)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize], few = stackalloc byte[1024];
        ReadOnlySpan<byte> path = NativePath.Encode(PathOf(directory, name), buffer);
        Span<byte> list = few;
        nint length = Native.List(path, list, (nuint)list.Length);
        if (length < 0 && Marshal.GetLastPInvokeError() == Errno.ERANGE)
        {
            list = new byte[65536]; // XATTR_LIST_MAX
            length = Native.List(path, list, (nuint)list.Length);
        }

        if (length < 0 && Marshal.GetLastPInvokeError() == Errno.EOPNOTSUPP)
        {
            return [];
        }

        LinuxException.ThrowIfFailed(length, "listxattr", name);
        return length == 0 ? [] : Split(list[..(int)length]);
    }

    /// <summary>The attribute's value, or null when there is none of that name.</summary>
    public static byte[]? Get(DirectoryHandle directory, string name, string attribute)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize], nameBuffer = stackalloc byte[NativePath.StackSize], few = stackalloc byte[256];
        ReadOnlySpan<byte> path = NativePath.Encode(PathOf(directory, name), buffer), key = NativePath.Encode(attribute, nameBuffer);
        Span<byte> value = few;
        nint length = Native.Get(path, key, value, (nuint)value.Length);
        if (length < 0 && Marshal.GetLastPInvokeError() == Errno.ERANGE)
        {
            value = new byte[65536]; // XATTR_SIZE_MAX
            length = Native.Get(path, key, value, (nuint)value.Length);
        }

        if (length < 0 && Marshal.GetLastPInvokeError() is Errno.ENODATA or Errno.EOPNOTSUPP)
        {
            return null;
        }

        LinuxException.ThrowIfFailed(length, "getxattr", $"{name}: {attribute}");
        return value[..(int)length].ToArray();
    }

    /// <summary>Sets the attribute. False when the file system or the system's rules do not take it.</summary>
    public static bool TrySet(DirectoryHandle directory, string name, string attribute, ReadOnlySpan<byte> value)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize], nameBuffer = stackalloc byte[NativePath.StackSize];
        ReadOnlySpan<byte> path = NativePath.Encode(PathOf(directory, name), buffer), key = NativePath.Encode(attribute, nameBuffer);
        if (Native.Set(path, key, value, (nuint)value.Length, 0) == 0)
        {
            return true;
        }

        int errno = Marshal.GetLastPInvokeError();
        return errno is Errno.EOPNOTSUPP or Errno.EPERM or Errno.EINVAL
            ? false
            : throw new LinuxException("setxattr", $"{name}: {attribute}", errno);
    }

    /// <summary>Removes the attribute; one that is not there is fine.</summary>
    public static void Remove(DirectoryHandle directory, string name, string attribute)
    {
        Span<byte> buffer = stackalloc byte[NativePath.StackSize], nameBuffer = stackalloc byte[NativePath.StackSize];
        int result = Native.Remove(NativePath.Encode(PathOf(directory, name), buffer), NativePath.Encode(attribute, nameBuffer));
        if (result != 0 && Marshal.GetLastPInvokeError() is var errno and not Errno.ENODATA)
        {
            throw new LinuxException("removexattr", $"{name}: {attribute}", errno);
        }
    }

    // There are no dirfd-relative calls for attributes before Linux 6.13; the descriptor's name in /proc serves.
    private static string PathOf(DirectoryHandle directory, string name) => $"/proc/self/fd/{directory.Descriptor}/{(name.Length == 0 ? "." : name)}";

    private static List<string> Split(ReadOnlySpan<byte> list)
    {
        var names = new List<string>();
        while (list.IndexOf((byte)0) is var end and >= 0)
        {
            names.Add(PathText.Decode(list[..end]));
            list = list[(end + 1)..];
        }

        return names;
    }

    private static partial class Native
    {
        /// <summary>llistxattr(2).</summary>
        [LibraryImport("libc", EntryPoint = "llistxattr", SetLastError = true)]
        internal static partial nint List(ReadOnlySpan<byte> path, Span<byte> list, nuint size);

        /// <summary>lgetxattr(2).</summary>
        [LibraryImport("libc", EntryPoint = "lgetxattr", SetLastError = true)]
        internal static partial nint Get(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, Span<byte> value, nuint size);

        /// <summary>lsetxattr(2).</summary>
        [LibraryImport("libc", EntryPoint = "lsetxattr", SetLastError = true)]
        internal static partial int Set(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name, ReadOnlySpan<byte> value, nuint size, int flags);

        /// <summary>lremovexattr(2).</summary>
        [LibraryImport("libc", EntryPoint = "lremovexattr", SetLastError = true)]
        internal static partial int Remove(ReadOnlySpan<byte> path, ReadOnlySpan<byte> name);
    }
}
