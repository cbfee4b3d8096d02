namespace Slipway.Packages.Zip;

/// <summary>The CRC-32 of ZIP files (ISO 3309, reflected polynomial EDB88320), eight bytes a step.</summary>
public struct Crc32()
{
    private static readonly uint[] s_tables = Tables();
    private uint _state = uint.MaxValue;

    public readonly uint Value => ~_state;

    public void Append(ReadOnlySpan<byte> bytes)
    {
        uint state = _state;
        uint[] t = s_tables;
        for (; bytes.Length >= 8; bytes = bytes[8..])
        {
            state ^= (uint)(bytes[0] | bytes[1] << 8 | bytes[2] << 16 | bytes[3] << 24);
            state = t[1792 + (state & 255)] ^ t[1536 + (state >> 8 & 255)] ^ t[1280 + (state >> 16 & 255)] ^ t[1024 + (state >> 24)]
                ^ t[768 + bytes[4]] ^ t[512 + bytes[5]] ^ t[256 + bytes[6]] ^ t[bytes[7]];
        }

        foreach (byte value in bytes)
        {
            state = t[(state ^ value) & 255] ^ state >> 8;
        }

        _state = state;
    }

    // Table k tells what a byte does that k more bytes follow.
    private static uint[] Tables()
    {
        uint[] tables = new uint[8 * 256];
        for (uint value = 0; value < 256; value++)
        {
            uint state = value;
            for (int bit = 0; bit < 8; bit++)
            {
                state = (state & 1) != 0 ? state >> 1 ^ 0xEDB88320 : state >> 1;
            }

            tables[value] = state;
        }

        for (int i = 256; i < tables.Length; i++)
        {
            tables[i] = tables[tables[i - 256] & 255] ^ tables[i - 256] >> 8;
        }

        return tables;
    }
}
