using System.Globalization;
using System.Text;

namespace Slipway.Images.Layers;

/// <summary>Checks and reads the maps of GNU's sparse formats (GNU tar manual, "Storing Sparse Files").</summary>
internal static class SparseMap
{
    private const int MaximumSegments = 1 << 20;

    /// <summary>Makes segments of alternating offsets and lengths.</summary>
    /// <exception cref="InvalidDataException">They overlap, are out of order, exceed the file, or do not sum up to what is stored.</exception>
    internal static List<TarSegment> Check(IReadOnlyList<long> pairs, long realSize, long storedSize)
    {
        var segments = new List<TarSegment>(pairs.Count / 2);
        long end = 0, stored = 0;
        for (int i = 0; i + 1 < pairs.Count; i += 2)
        {
            (long offset, long length) = (pairs[i], pairs[i + 1]);
            if (offset < end || length < 0 || offset > realSize || length > realSize - offset)
            {
                throw Wrong();
            }

            end = offset + length;
            stored += length;
            if (length > 0)
            {
                segments.Add(new TarSegment(offset, length));
            }
        }

        return pairs.Count % 2 == 0 && stored == storedSize && realSize >= 0 ? segments : throw Wrong();
    }

    /// <summary>Format 0.1: the numbers with commas between them.</summary>
    internal static List<long> ParseList(string map) =>
        [.. map.Split(',', StringSplitOptions.RemoveEmptyEntries).Take(2 * MaximumSegments + 1).Select(Number)];

    /// <summary>Format 1.0: a block-aligned list of lines before the data; returns the numbers and how many bytes the list took.</summary>
    internal static (List<long> Pairs, long Length) ReadLines(Func<byte[]> readBlock)
    {
        var numbers = new List<long>();
        long wanted = 1, length = 0;
        var line = new StringBuilder();
        while (numbers.Count < wanted)
        {
            byte[] block = readBlock();
            length += block.Length;
            foreach (byte b in block)
            {
                if (b != '\n')
                {
                    line.Append((char)b);
                    if (line.Length > 20)
                    {
                        throw Wrong();
                    }

                    continue;
                }

                numbers.Add(Number(line.ToString()));
                line.Clear();
                wanted = 1 + (2 * numbers[0]);
                if (numbers[0] > MaximumSegments)
                {
                    throw Wrong();
                }

                if (numbers.Count == wanted)
                {
                    break;
                }
            }
        }

        return (numbers[1..], length);
    }

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out long number) ? number : throw Wrong();

    private static InvalidDataException Wrong() => new("The map of a sparse file in the tar archive is wrong.");
}
