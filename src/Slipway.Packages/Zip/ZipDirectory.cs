using System.Buffers.Binary;
using System.Text;
using Slipway.Images.Compression;
using Slipway.Images.Layers;
using Slipway.Packages.Archives;
using Slipway.Packages.Contents;

namespace Slipway.Packages.Zip;

/// <summary>
/// Reads the directory of a ZIP file (APPNOTE.TXT 4.3, 4.4, 4.5.3) so strictly that no two programs could see different files in it: the headers in front of the members say the same as the
/// directory, members follow each other without gaps from the first byte to the directory, and nothing is twice. Names are relative, without <c>..</c>, and there are no links or devices.
/// </summary>
public static class ZipDirectory
{
    private const uint LocalSignature = 0x04034B50, EntrySignature = 0x02014B50, DescriptorSignature = 0x08074B50;
    private const int LocalSize = 30, EntrySize = 46, LargestDirectory = 256 << 20, NamesAreUtf8 = 0x800, HasDescriptor = 8, KnownFlags = 0x806 | HasDescriptor;
    private const int Unix = 3, TypeMask = 0xF000, FileType = 0x8000, DirectoryType = 0x4000, MayExecute = 0x49;
    private const int LargeField = 1, UnicodePathField = 0x7075;

    /// <summary>The members in the order in which they lie in the file.</summary>
    /// <param name="file">The whole file.</param>
    /// <param name="checkMembers">Whether the headers in front of the members are read, too. False for a file of which only the end is at hand; then offsets are not known, and <see cref="ZipEntry.Offset"/> is that of the header.</param>
    /// <exception cref="InvalidDataException">The file is no ZIP file, damaged, or made to mislead; the message ends a sentence that begins with "The file cannot be read: ".</exception>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">It grows to more than <see cref="ExpansionLimit.Current"/> allows.</exception>
    public static IReadOnlyList<ZipEntry> Read(ArchiveBytes file, bool checkMembers = true)
    {
        ZipDirectoryEnd end = ZipDirectoryEnd.Find(file);
        if (end.Size > LargestDirectory || end.Count > end.Size / EntrySize)
        {
            throw Damaged("its directory is too large");
        }

        ExpansionLimit.Current.CheckMembers((int)end.Count);
        byte[] directory = new byte[end.Size];
        if (!file.TryFill(end.Offset, directory))
        {
            throw Damaged("it is cut off");
        }

        var headers = new List<Header>((int)end.Count);
        ReadOnlySpan<byte> rest = directory;
        for (long i = 0; i < end.Count; i++)
        {
            (Header header, int size) = ReadEntry(rest);
            headers.Add(header);
            rest = rest[size..];
        }

        if (rest.Length > 0)
        {
            throw Damaged("there is something between its directory and its end");
        }

        headers.Sort(static (a, b) => a.Offset.CompareTo(b.Offset));
        ExpansionLimit.Current.Check(headers.Sum(header => header.StoredSize), headers.Sum(header => header.Size));
        CheckNames(headers);
        return checkMembers ? CheckMembers(file, headers, end.Offset) : [.. headers.Select(header => header.ToEntry(header.Offset))];
    }

    private static (Header Header, int Size) ReadEntry(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length < EntrySize || Long(bytes, 0) != EntrySignature)
        {
            throw Damaged("its directory is broken");
        }

        int nameLength = Word(bytes, 28), extraLength = Word(bytes, 30), size = EntrySize + nameLength + extraLength + Word(bytes, 32);
        if (size > bytes.Length || Word(bytes, 34) != 0)
        {
            throw Damaged("its directory is broken");
        }

        byte[] rawName = bytes.Slice(EntrySize, nameLength).ToArray();
        int flags = Word(bytes, 8), method = Word(bytes, 10);
        string name = NameOf(rawName, flags);
        (long length, long stored, long offset) = Sizes(name, bytes.Slice(EntrySize + nameLength, extraLength), Long(bytes, 24), Long(bytes, 20), Long(bytes, 42));
        var header = new Header(rawName, name, flags, method, stored, length, Long(bytes, 16), offset, bytes[5] == Unix ? (int)(Long(bytes, 38) >> 16) : 0);
        return (Checked(header), size);
    }

    private static Header Checked(Header header)
    {
        string? wrong = header switch
        {
            { Method: not (0 or 8) } => $"is compressed by a method ({header.Method}) that packages may not use",
            _ when (header.Flags & ~KnownFlags) != 0 => "is encrypted or a patch",
            { StoredSize: < 0 } or { Size: < 0 } or { Offset: < 0 } => "has no sensible size or place",
            { Method: 0 } when header.StoredSize != header.Size => "has two sizes",
            { IsDirectory: true, Size: not 0 } => "is a directory with bytes",
            _ => null,
        };
        if ((header.Mode & TypeMask) is var type && type != 0 && type != (header.IsDirectory ? DirectoryType : FileType))
        {
            throw new HostileZipException($"holds '{header.Name}', which is neither a file nor a directory, such as a symbolic link");
        }

        return wrong is null ? header : throw Damaged($"its member '{header.Name}' {wrong}");
    }

    // A name that could be read in two ways is refused: what is no ASCII must be said to be UTF-8.
    private static string NameOf(byte[] raw, int flags)
    {
        string name;
        try
        {
            name = new UTF8Encoding(false, true).GetString(raw);
        }
        catch (DecoderFallbackException)
        {
            throw Damaged("it has a name that is no UTF-8");
        }

        string path = name.EndsWith('/') ? name[..^1] : name;
        if ((flags & NamesAreUtf8) == 0 && !Ascii.IsValid(name))
        {
            throw Damaged($"its member '{name}' has a name that is not said to be UTF-8");
        }

        if (path.Length == 0 || path.Contains('\\', StringComparison.Ordinal) || !LayerPath.IsNormal(path) || !PathRules.IsStorable(path) || path.AsSpan().ContainsAnyInRange('\0', '\x1f'))
        {
            throw new HostileZipException($"holds '{name.Replace("\0", "\\0", StringComparison.Ordinal)}', which is no path inside of it");
        }

        return name;
    }

    // A path is there once, and what is a file is not a directory, too.
    private static void CheckNames(List<Header> headers)
    {
        var files = new HashSet<string>(headers.Count, StringComparer.Ordinal);
        var directories = new HashSet<string>(StringComparer.Ordinal);
        foreach (Header header in headers)
        {
            if (!files.Add(header.Path))
            {
                throw new HostileZipException($"holds '{header.Path}' twice");
            }

            for (string path = header.IsDirectory ? header.Path : LayerPath.ParentOf(header.Path); path.Length > 0 && directories.Add(path); path = LayerPath.ParentOf(path))
            {
            }
        }

        if (headers.FirstOrDefault(header => !header.IsDirectory && directories.Contains(header.Path)) is { } both)
        {
            throw new HostileZipException($"holds '{both.Path}' as a file and as a directory");
        }
    }

    private static List<ZipEntry> CheckMembers(ArchiveBytes file, List<Header> headers, long directory)
    {
        var entries = new List<ZipEntry>(headers.Count);
        byte[] local = new byte[LocalSize];
        long at = 0;
        foreach (Header header in headers)
        {
            if (header.Offset != at)
            {
                throw Damaged($"there is something in front of its member '{header.Name}'");
            }

            if (!file.TryFill(at, local) || Long(local, 0) != LocalSignature)
            {
                throw Damaged($"its member '{header.Name}' is not where its directory says");
            }

            byte[] variable = new byte[Word(local, 26) + Word(local, 28)];
            if (!file.TryFill(at + LocalSize, variable))
            {
                throw Damaged("it is cut off");
            }

            CheckLocal(header, local, variable);
            long data = at + LocalSize + variable.Length;
            if (header.StoredSize > directory - data)
            {
                throw Damaged($"its member '{header.Name}' is cut off");
            }

            entries.Add(header.ToEntry(data));
            at = data + header.StoredSize;
            at += (header.Flags & HasDescriptor) != 0 ? DescriptorSize(file, header, at, entries.Count < headers.Count ? headers[entries.Count].Offset : directory) : 0;
        }

        return at == directory ? entries : throw Damaged("there is something in front of its directory");
    }

    private static void CheckLocal(Header header, ReadOnlySpan<byte> local, ReadOnlySpan<byte> variable)
    {
        int nameLength = Word(local, 26);
        bool isLater = (header.Flags & HasDescriptor) != 0;
        (long size, long stored, _) = Sizes(header.Name, variable[nameLength..], Long(local, 22), Long(local, 18), 0);
        bool sameSizes = size == header.Size && stored == header.StoredSize && Long(local, 14) == header.Crc;
        bool noSizes = size == 0 && stored == 0 && Long(local, 14) == 0;
        if (!variable[..nameLength].SequenceEqual(header.RawName) || Word(local, 6) != header.Flags || Word(local, 8) != header.Method || !(sameSizes || (isLater && noSizes)))
        {
            throw new HostileZipException($"says of its member '{header.Name}' one thing before it and another in its directory");
        }
    }

    // With or without a signature, with short or long sizes: whichever fills the gap must say what the directory says.
    private static long DescriptorSize(ArchiveBytes file, Header header, long at, long next)
    {
        long size = next - at;
        byte[] bytes = new byte[size is 12 or 16 or 20 or 24 ? size : throw Damaged($"there is something behind its member '{header.Name}'")];
        if (!file.TryFill(at, bytes))
        {
            throw Damaged("it is cut off");
        }

        ReadOnlySpan<byte> rest = size is 16 or 24 ? Long(bytes, 0) == DescriptorSignature ? bytes.AsSpan(4) : [] : bytes;
        bool isRight = rest.Length == 12 ? Long(rest, 0) == header.Crc && Long(rest, 4) == header.StoredSize && Long(rest, 8) == header.Size
            : rest.Length == 20 && Long(rest, 0) == header.Crc && Quad(rest, 4) == header.StoredSize && Quad(rest, 12) == header.Size;
        return isRight ? size : throw new HostileZipException($"says of its member '{header.Name}' one thing behind it and another in its directory");
    }

    // Fields that are full stand in the zip64 extra field, in this order.
    private static (long Size, long Stored, long Offset) Sizes(string name, ReadOnlySpan<byte> extra, uint size, uint stored, uint offset)
    {
        (long Size, long Stored, long Offset) values = (size, stored, offset);
        bool isLarge = false;
        while (extra.Length >= 4)
        {
            int id = Word(extra, 0), length = Word(extra, 2);
            if (length > extra.Length - 4)
            {
                throw Damaged($"an extra field of its member '{name}' is broken");
            }

            ReadOnlySpan<byte> field = extra.Slice(4, length);
            if (id == UnicodePathField)
            {
                throw Damaged($"its member '{name}' has a second name");
            }

            if (id == LargeField)
            {
                values = !isLarge ? (Take(ref field, size), Take(ref field, stored), Take(ref field, offset)) : throw Damaged($"its member '{name}' has two sizes");
                isLarge = true;
            }

            extra = extra[(4 + length)..];
        }

        // Some writers pad the last field with a few zeros (Android's zipalign).
        return extra.Trim((byte)0).Length == 0 ? values : throw Damaged($"an extra field of its member '{name}' is broken");

        static long Take(ref ReadOnlySpan<byte> field, uint value)
        {
            if (value != uint.MaxValue || field.Length < 8)
            {
                return value;
            }

            long large = Quad(field, 0);
            field = field[8..];
            return large;
        }
    }

    private static int Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Quad(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    private static InvalidDataException Damaged(string what) => new(what);

    private sealed record Header(byte[] RawName, string Name, int Flags, int Method, long StoredSize, long Size, uint Crc, long Offset, int Mode)
    {
        internal bool IsDirectory => Name.EndsWith('/');

        internal string Path => IsDirectory ? Name[..^1] : Name;

        internal ZipEntry ToEntry(long offset) => new(Path, IsDirectory, !IsDirectory && (Mode & MayExecute) != 0, Method == 8, offset, StoredSize, Size, Crc);
    }
}

/// <summary>A ZIP file that is made to mislead; the message goes on a sentence that begins with the file's name.</summary>
public sealed class HostileZipException(string message) : Exception(message);
