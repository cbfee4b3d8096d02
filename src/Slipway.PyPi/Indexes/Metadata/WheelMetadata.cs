using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Slipway.PyPi.Tags;

namespace Slipway.PyPi.Indexes.Metadata;

/// <summary>
/// Finds <c>METADATA</c> in a wheel with as few reads as can be: the end of the file, which mostly has the whole directory in it (APPNOTE.TXT 4.3.12, 4.3.14, 4.3.16), then the one member.
/// Whether the archive as a whole is as it should be is not seen here, but when it is installed.
/// </summary>
internal static class WheelMetadata
{
    /// <summary>How much of the end is read first.</summary>
    public const int TailLength = 16 * 1024;

    private const uint DirectoryEntry = 0x02014B50, DirectoryEnd = 0x06054B50, LocalHeader = 0x04034B50, Directory64Locator = 0x07064B50, Directory64End = 0x06064B50;
    private const int EndSize = 22, EntrySize = 46, LocalSize = 30, LocatorSize = 20, End64Size = 56, UsualExtra = 512;
    private const int LargestDirectory = 256 << 20, LargestMetadata = 64 << 20;

    /// <summary>The bytes of the file.</summary>
    /// <exception cref="InvalidDataException">It is no ZIP archive, or has no such member, or several.</exception>
    public static async Task<byte[]> ReadAsync(IRangeSource wheel, WheelFileName name, CancellationToken cancellationToken)
    {
        int tailLength = (int)Math.Min(TailLength, wheel.Length);
        (long offset, int size) = await FindDirectoryAsync(wheel, tailLength, cancellationToken)
            ?? await FindDirectoryAsync(wheel, (int)Math.Min(EndSize + LocatorSize + ushort.MaxValue, wheel.Length), cancellationToken) // a long comment is behind the directory
            ?? throw new InvalidDataException("it is no ZIP archive, or is cut off");
        ReadOnlyMemory<byte> directory = await wheel.ReadAsync(offset, size, cancellationToken);
        (long at, int stored, int length, int method) = Find(directory.Span, name);
        if (stored > LargestMetadata || length > LargestMetadata || at < 0 || at > wheel.Length - LocalSize)
        {
            throw new InvalidDataException("its METADATA is too large, or is not where it should be");
        }

        int guess = (int)Math.Min(LocalSize + 256 + UsualExtra + (long)stored, wheel.Length - at);
        ReadOnlyMemory<byte> member = await wheel.ReadAsync(at, guess, cancellationToken);
        if (Word(member.Span, 0) != LocalHeader)
        {
            throw new InvalidDataException("its METADATA is not where it should be");
        }

        int start = LocalSize + Half(member.Span, 26) + Half(member.Span, 28);
        if (start + stored > member.Length)
        {
            member = start + (long)stored <= wheel.Length - at ? await wheel.ReadAsync(at, start + stored, cancellationToken) : throw new InvalidDataException("its METADATA is cut off");
        }

        return Unpack(member.Slice(start, stored), length, method);
    }

    private static byte[] Unpack(ReadOnlyMemory<byte> stored, int length, int method)
    {
        byte[] bytes = new byte[length];
        if (method == 0 && stored.Length == length)
        {
            stored.CopyTo(bytes);
            return bytes;
        }

        using var inflater = new DeflateStream(new MemoryStream(stored.ToArray()), CompressionMode.Decompress);
        return method == 8 && inflater.ReadAtLeast(bytes, length, throwOnEndOfStream: false) == length && inflater.ReadByte() < 0
            ? bytes
            : throw new InvalidDataException("its METADATA is not as long as its directory says, or is packed in an unknown way");
    }

    private static async Task<(long Offset, int Size)?> FindDirectoryAsync(IRangeSource wheel, int tailLength, CancellationToken cancellationToken)
    {
        ReadOnlyMemory<byte> tail = await wheel.ReadAsync(wheel.Length - tailLength, tailLength, cancellationToken);
        int end = tail.Length - EndSize;
        while (end >= 0 && !(Word(tail.Span, end) == DirectoryEnd && end + EndSize + Half(tail.Span, end + 20) == tail.Length))
        {
            end--;
        }

        if (end < 0)
        {
            return null;
        }

        long size = Word(tail.Span, end + 12), offset = Word(tail.Span, end + 16);
        if (end >= LocatorSize && Word(tail.Span, end - LocatorSize) == Directory64Locator)
        {
            long at = Quad(tail.Span, end - LocatorSize + 8);
            ReadOnlyMemory<byte> large = at >= 0 && at <= wheel.Length - End64Size ? await wheel.ReadAsync(at, End64Size, cancellationToken) : default;
            if (large.Length < End64Size || Word(large.Span, 0) != Directory64End)
            {
                throw new InvalidDataException("its directory is not where it should be");
            }

            (size, offset) = (Quad(large.Span, 40), Quad(large.Span, 48));
        }

        return size is >= 0 and <= LargestDirectory && offset >= 0 && offset <= wheel.Length - size ? (offset, (int)size) : throw new InvalidDataException("its directory is not where it should be");
    }

    private static (long At, int Stored, int Length, int Method) Find(ReadOnlySpan<byte> directory, WheelFileName name)
    {
        (long, int, int, int)? found = null;
        while (directory.Length >= EntrySize && Word(directory, 0) == DirectoryEntry)
        {
            int nameLength = Half(directory, 28), size = EntrySize + nameLength + Half(directory, 30) + Half(directory, 32);
            if (size > directory.Length)
            {
                break;
            }

            if (IsMetadata(directory.Slice(EntrySize, nameLength), name))
            {
                found = found is null
                    ? (Word(directory, 42), (int)Math.Min(Word(directory, 20), int.MaxValue), (int)Math.Min(Word(directory, 24), int.MaxValue), Half(directory, 10))
                    : throw new InvalidDataException("it has two files of metadata for itself");
            }

            directory = directory[size..];
        }

        return found ?? throw new InvalidDataException($"it has no METADATA in a folder {name.Project.Value.Replace('-', '_')}-{name.Version}.dist-info");
    }

    // NAME-VERSION.dist-info/METADATA, with both spelled in any way that means the wheel's.
    private static bool IsMetadata(ReadOnlySpan<byte> path, WheelFileName name)
    {
        ReadOnlySpan<byte> end = ".dist-info/METADATA"u8;
        if (!path.EndsWith(end) || path[..^end.Length].Contains((byte)'/'))
        {
            return false;
        }

        string[] parts = Encoding.UTF8.GetString(path[..^end.Length]).Split('-');
        return parts.Length == 2 && Requirements.ProjectName.TryParse(parts[0], out Requirements.ProjectName project) && project == name.Project
            && Versions.PythonVersion.TryParse(parts[1], out Versions.PythonVersion? version) && version == name.Version;
    }

    private static int Half(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static long Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Quad(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);
}
