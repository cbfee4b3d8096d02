using System.Text;

namespace Slipway.PyPi.Tags;

/// <summary>The texts in a program: a C library and an interpreter have their version in them, and saying it is all that they cannot be asked for without being run.</summary>
internal static class BinaryText
{
    private const int Longest = 160;
    private const int Piece = 256 * 1024;

    /// <summary>What <paramref name="select"/> makes of the texts (4 to 160 printable ASCII characters between others) that have <paramref name="part"/> in them; nulls are left out.</summary>
    public static async Task<List<T>> FindAsync<T>(Stream file, string part, Func<string, T?> select, CancellationToken cancellationToken)
        where T : class
    {
        List<T> found = [];
        byte[] wanted = Encoding.ASCII.GetBytes(part), window = new byte[Piece];
        for (int kept = 0, read; ;)
        {
            read = await file.ReadAtLeastAsync(window.AsMemory(kept), 1, throwOnEndOfStream: false, cancellationToken);
            int length = kept + read;
            int rest = Collect(window.AsSpan(0, length), wanted, isEnd: read == 0, select, found);
            if (read == 0)
            {
                return found;
            }

            kept = length - rest;
            window.AsSpan(rest, kept).CopyTo(window);
        }
    }

    // Returns where the bytes begin that have to be looked at again with those that follow: a text that may go on, and what is before it if the part may begin there.
    private static int Collect<T>(ReadOnlySpan<byte> window, ReadOnlySpan<byte> part, bool isEnd, Func<string, T?> select, List<T> found)
        where T : class
    {
        int at = 0;
        while (window[at..].IndexOf(part) is >= 0 and var index)
        {
            int start = at + index, end = start + part.Length;
            int before = window[at..start].LastIndexOfAnyExceptInRange((byte)0x20, (byte)0x7e);
            start = before < 0 ? at : at + before + 1;
            int after = window[end..].IndexOfAnyExceptInRange((byte)0x20, (byte)0x7e);
            if (after < 0 && !isEnd && window.Length - start <= Longest)
            {
                return start;
            }

            end = after < 0 ? window.Length : end + after;
            if (end - start is >= 4 and <= Longest && select(Encoding.ASCII.GetString(window[start..end])) is { } value)
            {
                found.Add(value);
            }

            at = end;
        }

        return Math.Max(at, window.Length - (2 * Longest)); // enough to see of what begins in here whether it is too long
    }
}
