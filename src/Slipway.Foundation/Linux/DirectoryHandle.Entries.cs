using System.Buffers.Binary;
using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

public sealed partial class DirectoryHandle
{
    /// <summary>The names in the directory, without <c>.</c> and <c>..</c>, sorted by code unit.</summary>
    public List<string> ReadNames()
    {
        var names = new List<string>();
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(32 * 1024);
        try
        {
            _ = Native.Seek(Descriptor, 0, 0);
            for (; ; )
            {
                nint length = Native.GetEntries(Descriptor, buffer, (nuint)buffer.Length);
                LinuxException.ThrowIfFailed(length, "getdents64", _path);
                if (length == 0)
                {
                    break;
                }

                AddNames(buffer.AsSpan(0, (int)length), names);
            }
        }
        finally
        {
            System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        }

        names.Sort(StringComparer.Ordinal);
        return names;
    }

    // struct linux_dirent64: inode 8, offset 8, record length 2, type 1, name.
    private static void AddNames(ReadOnlySpan<byte> records, List<string> names)
    {
        while (records.Length > 0)
        {
            int length = BinaryPrimitives.ReadUInt16LittleEndian(records[16..]);
            ReadOnlySpan<byte> name = records[19..length];
            name = name[..name.IndexOf((byte)0)];
            if (!name.SequenceEqual("."u8) && !name.SequenceEqual(".."u8))
            {
                names.Add(PathText.Decode(name));
            }

            records = records[length..];
        }
    }

    private static partial class Native
    {
        /// <summary>getdents64(2).</summary>
        [LibraryImport("libc", EntryPoint = "getdents64", SetLastError = true)]
        internal static partial nint GetEntries(int fd, Span<byte> buffer, nuint size);

        /// <summary>lseek(2).</summary>
        [LibraryImport("libc", EntryPoint = "lseek", SetLastError = true)]
        internal static partial long Seek(int fd, long offset, int whence);
    }
}
