using System.Buffers.Binary;
using System.Text;
using Slipway.Packages.Archives;

namespace Slipway.Conda.Packages;

/// <summary>
/// Reads ZIP files whose members are not compressed, as <c>.conda</c> packages are (CEP 35; APPNOTE.TXT 4.3, 4.4, 4.5.3 for zip64). By the directory at the end,
/// or, while the file is still coming, by the headers before the members. Trusts nothing.
/// </summary>
internal static class StoredZip
{
    private const uint LocalHeader = 0x04034B50, DirectoryEntry = 0x02014B50, DirectoryEnd = 0x06054B50, Directory64End = 0x06064B50, Directory64Locator = 0x07064B50;
    private const int LocalSize = 30, EntrySize = 46, EndSize = 22, Locator64Size = 20, End64Size = 56, LongestComment = ushort.MaxValue;
    private const int Encrypted = 1, HasDescriptor = 8, MostMembers = 64, LargestDirectory = 1 << 20;

    /// <summary>The members by the directory at the end of the file, in its order.</summary>
    /// <exception cref="InvalidDataException">The file is no ZIP file of stored members.</exception>
    internal static List<ZipMember> ReadDirectory(ArchiveBytes file)
    {
        (long offset, long size, long count) = FindDirectory(file);
        if (count > MostMembers || size is < 0 or > LargestDirectory || offset < 0 || offset > file.Length - size)
        {
            throw Damaged("its directory is not where it should be");
        }

        byte[] directory = new byte[size];
        if (!file.TryFill(offset, directory))
        {
            throw Damaged("its directory is cut off");
        }

        var members = new List<ZipMember>();
        ReadOnlySpan<byte> rest = directory;
        for (long i = 0; i < count; i++)
        {
            rest = rest[ReadEntry(file, rest, members)..];
        }

        return members.DistinctBy(member => member.Name).Count() == members.Count ? members : throw Damaged("it has two members of one name");
    }

    /// <summary>
    /// The member whose header is at the offset. False when there is none: the directory begins here, or the header does not say how long the member is
    /// (sizes that follow the bytes), so that the directory at the end is needed.
    /// </summary>
    internal static bool TryReadHeader(ArchiveBytes file, long offset, out ZipMember member, out bool isEnd)
    {
        (member, isEnd) = (default, false);
        Span<byte> header = stackalloc byte[LocalSize];
        if (!file.TryFill(offset, header[..4]))
        {
            throw Damaged("it is cut off");
        }

        if (BinaryPrimitives.ReadUInt32LittleEndian(header) != LocalHeader)
        {
            isEnd = BinaryPrimitives.ReadUInt32LittleEndian(header) is DirectoryEntry or Directory64End or DirectoryEnd;
            return false;
        }

        if (!file.TryFill(offset, header))
        {
            throw Damaged("it is cut off");
        }

        byte[] names = new byte[Word(header, 26) + Word(header, 28)];
        if (!file.TryFill(offset + LocalSize, names))
        {
            throw Damaged("it is cut off");
        }

        if ((Word(header, 6) & (HasDescriptor | Encrypted)) != 0 || Word(header, 8) != 0)
        {
            return false;
        }

        string name = Encoding.UTF8.GetString(names, 0, Word(header, 26));
        (long length, long stored, _) = Large(names.AsSpan(Word(header, 26)), Long(header, 22), Long(header, 18), 0);
        member = new ZipMember(name, offset + LocalSize + names.Length, length);
        return length == stored;
    }

    private static (long Offset, long Size, long Count) FindDirectory(ArchiveBytes file)
    {
        long length = file.Length;
        byte[] tail = new byte[Math.Min(length, EndSize + LongestComment + Locator64Size)];
        if (!file.TryFill(length - tail.Length, tail))
        {
            throw Damaged("it is cut off");
        }

        int end = tail.Length - EndSize;
        while (end >= 0 && !(Long(tail, end) == DirectoryEnd && end + EndSize + Word(tail, end + 20) == tail.Length))
        {
            end--;
        }

        if (end < 0)
        {
            throw Damaged("it is no ZIP file, or is cut off");
        }

        var found = ((long)Long(tail, end + 16), (long)Long(tail, end + 12), (long)Word(tail, end + 10));
        if (end < Locator64Size || Long(tail, end - Locator64Size) != Directory64Locator)
        {
            return found;
        }

        Span<byte> large = stackalloc byte[End64Size];
        long at = Quad(tail, end - Locator64Size + 8);
        return at >= 0 && at <= length - End64Size && file.TryFill(at, large) && Long(large, 0) == Directory64End
            ? (Quad(large, 48), Quad(large, 40), Quad(large, 32))
            : throw Damaged("its directory is not where it should be");
    }

    // How many bytes the entry takes.
    private static int ReadEntry(ArchiveBytes file, ReadOnlySpan<byte> entry, List<ZipMember> members)
    {
        if (entry.Length < EntrySize || Long(entry, 0) != DirectoryEntry)
        {
            throw Damaged("its directory is broken");
        }

        int nameLength = Word(entry, 28), extraLength = Word(entry, 30), size = EntrySize + nameLength + extraLength + Word(entry, 32);
        if (size > entry.Length)
        {
            throw Damaged("its directory is broken");
        }

        string name = Encoding.UTF8.GetString(entry.Slice(EntrySize, nameLength));
        if (Word(entry, 10) != 0 || (Word(entry, 8) & Encrypted) != 0)
        {
            throw Damaged($"its member '{name}' is compressed or encrypted, where .conda files store their members as they are");
        }

        (long length, long stored, long header) = Large(entry.Slice(EntrySize + nameLength, extraLength), Long(entry, 24), Long(entry, 20), Long(entry, 42));
        Span<byte> local = stackalloc byte[LocalSize];
        if (length != stored || length < 0 || header < 0 || header > file.Length - LocalSize || !file.TryFill(header, local) || Long(local, 0) != LocalHeader)
        {
            throw Damaged($"its member '{name}' is not where it should be");
        }

        long data = header + LocalSize + Word(local, 26) + Word(local, 28);
        members.Add(data <= file.Length - length ? new ZipMember(name, data, length) : throw Damaged($"its member '{name}' is cut off"));
        return size;
    }

    // Fields that are full stand in the zip64 extra field, in this order.
    private static (long Length, long Stored, long Offset) Large(ReadOnlySpan<byte> extra, uint length, uint stored, uint offset)
    {
        (long Length, long Stored, long Offset) values = (length, stored, offset);
        while (extra.Length >= 4)
        {
            int id = Word(extra, 0), size = Word(extra, 2);
            if (size > extra.Length - 4)
            {
                throw Damaged("an extra field is broken");
            }

            ReadOnlySpan<byte> field = extra.Slice(4, size);
            if (id == 1)
            {
                values = (Take(ref field, length), Take(ref field, stored), Take(ref field, offset));
            }

            extra = extra[(4 + size)..];
        }

        return values;

        static long Take(ref ReadOnlySpan<byte> field, uint value)
        {
            if (value != uint.MaxValue)
            {
                return value;
            }

            if (field.Length < 8)
            {
                throw Damaged("an extra field is broken");
            }

            long large = Quad(field, 0);
            field = field[8..];
            return large;
        }
    }

    private static int Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Quad(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    private static InvalidDataException Damaged(string what) => new($"The archive cannot be read: {what}.");
}
