namespace Slipway.Images.Layers;

/// <summary>Numbers in tar headers: octal text, or big-endian binary when the first bit is set (GNU, star).</summary>
internal static class TarNumber
{
    /// <exception cref="InvalidDataException">The field is no number, or is negative where it must not be, or too large for 63 bits.</exception>
    internal static long Read(ReadOnlySpan<byte> field, string what, bool mayBeNegative = false)
    {
        long number = (field[0] & 0x80) != 0 ? ReadBinary(field, what) : ReadOctal(field, what);
        return number >= 0 || mayBeNegative ? number : throw Wrong(what);
    }

    private static long ReadBinary(ReadOnlySpan<byte> field, string what)
    {
        bool negative = (field[0] & 0x40) != 0;
        long number = negative ? -1 : 0;
        for (int i = 0; i < field.Length; i++)
        {
            int b = i == 0 ? (negative ? field[0] | 0x80 : field[0] & 0x7F) : field[i];
            long top = number >> 55; // what the next shift would push out must be sign only
            if (top is not (0 or -1))
            {
                throw Wrong(what);
            }

            number = (number << 8) | (byte)b;
        }

        return number;
    }

    private static long ReadOctal(ReadOnlySpan<byte> field, string what)
    {
        ReadOnlySpan<byte> digits = field.Trim(" \0"u8);
        int end = digits.IndexOfAny((byte)0, (byte)' ');
        long number = 0;
        foreach (byte b in end < 0 ? digits : digits[..end])
        {
            number = b is >= (byte)'0' and <= (byte)'7' ? (number << 3) | (uint)(b - '0') : throw Wrong(what);
        }

        return number;
    }

    private static InvalidDataException Wrong(string what) => new($"A header of the tar archive has a wrong {what}.");
}
