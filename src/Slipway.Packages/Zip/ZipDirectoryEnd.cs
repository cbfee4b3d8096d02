using System.Buffers.Binary;
using Slipway.Packages.Archives;

namespace Slipway.Packages.Zip;

/// <summary>The end of a ZIP file: where its directory is (APPNOTE.TXT 4.3.14 to 4.3.16).</summary>
/// <param name="Offset">Where the directory begins.</param>
/// <param name="Size">Its bytes; they end where the records of the end begin.</param>
/// <param name="Count">Its entries.</param>
internal readonly record struct ZipDirectoryEnd(long Offset, long Size, long Count)
{
    private const uint EndSignature = 0x06054B50, LargeEndSignature = 0x06064B50, LocatorSignature = 0x07064B50;
    private const int EndSize = 22, LocatorSize = 20, LargeEndSize = 56, LongestComment = ushort.MaxValue;

    /// <exception cref="InvalidDataException">There is no end, or more than one could be taken for it, or something stands behind it or in between.</exception>
    internal static ZipDirectoryEnd Find(ArchiveBytes file)
    {
        long length = file.Length;
        byte[] tail = new byte[Math.Min(length, EndSize + LongestComment)];
        if (!file.TryFill(length - tail.Length, tail))
        {
            throw Damaged("it is cut off");
        }

        int[] ends = [.. Enumerable.Range(0, Math.Max(0, tail.Length - EndSize + 1)).Where(at => tail[at] == (byte)'P' && Long(tail, at) == EndSignature && at + EndSize + Word(tail, at + 20) == tail.Length)];
        if (ends.Length != 1)
        {
            throw Damaged(ends.Length > 1 ? "it has several ends" : "it is no ZIP file, is cut off, or has something behind its end");
        }

        ReadOnlySpan<byte> end = tail.AsSpan(ends[0]);
        if (end[4..].IndexOf("PK\x05\x06"u8) >= 0)
        {
            throw Damaged("it has several ends"); // one in the comment of the other
        }

        long at = length - tail.Length + ends[0];
        (uint offset, uint size, ushort count) = (Long(end, 16), Long(end, 12), (ushort)Word(end, 10));
        if (Word(end, 4) != 0 || Word(end, 6) != 0 || Word(end, 8) != count)
        {
            throw Damaged("it is one of several parts");
        }

        (ZipDirectoryEnd found, long endsAt) = ReadLarge(file, at) is { } large
            ? (Agree(offset, large.Found.Offset, uint.MaxValue) && Agree(size, large.Found.Size, uint.MaxValue) && Agree(count, large.Found.Count, ushort.MaxValue) ? large.Found : throw Damaged("its two ends differ"), large.At)
            : (new ZipDirectoryEnd(offset, size, count), at);
        return found.Offset >= 0 && found.Size >= 0 && found.Offset <= endsAt && found.Size == endsAt - found.Offset ? found : throw Damaged("its directory is not where it should be");
    }

    // zip64: a locator in front of the end, and another end in front of that.
    private static (ZipDirectoryEnd Found, long At)? ReadLarge(ArchiveBytes file, long end)
    {
        byte[] locator = new byte[LocatorSize], large = new byte[LargeEndSize];
        if (end < LocatorSize + LargeEndSize || !file.TryFill(end - LocatorSize, locator) || Long(locator, 0) != LocatorSignature)
        {
            return null;
        }

        long at = Quad(locator, 8);
        return Long(locator, 4) == 0 && Long(locator, 16) == 1 && at >= 0 && at <= end - LocatorSize - LargeEndSize && file.TryFill(at, large) && Long(large, 0) == LargeEndSignature
            && Quad(large, 4) == end - LocatorSize - at - 12 && Long(large, 16) == 0 && Long(large, 20) == 0 && Quad(large, 24) == Quad(large, 32)
            ? (new ZipDirectoryEnd(Quad(large, 48), Quad(large, 40), Quad(large, 32)), at)
            : throw Damaged("its end for large files is broken");
    }

    private static bool Agree(uint small, long large, uint full) => small == full || small == large;

    private static int Word(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt16LittleEndian(bytes[at..]);

    private static uint Long(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadUInt32LittleEndian(bytes[at..]);

    private static long Quad(ReadOnlySpan<byte> bytes, int at) => BinaryPrimitives.ReadInt64LittleEndian(bytes[at..]);

    private static InvalidDataException Damaged(string what) => new(what);
}
