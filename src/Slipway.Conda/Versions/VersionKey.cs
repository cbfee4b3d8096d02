using System.Numerics;

namespace Slipway.Conda.Versions;

/// <summary>
/// Writes a version as bytes that compare, byte by byte, as the versions do (CEP 33), so that comparing is one vector instruction or two
/// and equal versions have equal bytes.
/// </summary>
/// <remarks>
/// Missing runs and missing segments count as 0, so zeros at the end of a segment and empty segments at the end are not written.
/// A zero that is written is followed by something that is not zero; whether that is below or above zero decides which of two bytes
/// stands for it, because that is how it compares with the end of a shorter version. The same holds for the end of a segment.
/// Order of the bytes: words, zero before a word, segment end before a word, the end, segment end before a number, zero before a number, numbers, post.
/// </remarks>
internal ref struct VersionKey
{
    private const byte Dev = 0x10;
    private const byte Text = 0x20;           // then the letters, then 0
    private const byte ZeroBelow = 0x40;
    private const byte SegmentBelow = 0x60;
    private const byte End = 0x80;
    private const byte SegmentAbove = 0xA0;
    private const byte ZeroAbove = 0xC0;      // 0xC1 … 0xEF are the numbers 1 … 47
    private const byte LargestSmall = 47;
    private const byte Sized = 0xEF;          // + count of bytes (1 … 8), then the number, big-endian
    private const byte Huge = 0xF8;           // then four bytes of count, then the number
    private const byte Post = 0xFF;

    private readonly Span<byte> _buffer;
    private int _length;
    private int _undecided;    // from here on: zeros and segment ends whose sign is not known yet
    private int _zeros;        // zeros at the end of the buffer that belong to the segment being written

    private VersionKey(Span<byte> buffer) => _buffer = buffer;

    public static byte[] Build(VersionLexer lexer, ReadOnlySpan<char> text)
    {
        // A run of one character takes at most three bytes (tag, letter, end), a separator one; two ends.
        int most = (text.Length * 4) + 16;
        Span<byte> buffer = most <= 512 ? stackalloc byte[most] : new byte[most];
        var key = new VersionKey(buffer);
        bool local = false;
        bool first = true;
        foreach (VersionToken token in lexer)
        {
            if (token.InLocal && !local)
            {
                key.Finish();
                local = true;
                first = true;
            }

            if (token.StartsSegment && !first)
            {
                key.EndSegment();
            }

            first = false;
            key.Write(token, text);
        }

        key.Finish();
        if (!local)
        {
            key.Finish(); // no local part is the local part 0
        }

        return buffer[..key._length].ToArray();
    }

    private void Write(VersionToken token, ReadOnlySpan<char> text)
    {
        switch (token.Kind)
        {
            case VersionTokenKind.Number:
                WriteNumber(token.In(text).TrimStart('0'));
                break;
            case VersionTokenKind.Post:
                Decide(above: true);
                Put(Post);
                _undecided = _length;
                break;
            case VersionTokenKind.Dev:
                Decide(above: false);
                Put(Dev);
                _undecided = _length;
                break;
            default:
                Decide(above: false);
                Put(Text);
                foreach (char c in token.In(text))
                {
                    Put(c == '-' ? (byte)'_' : (byte)c);
                }

                Put(0);
                _undecided = _length;
                break;
        }
    }

    private void WriteNumber(ReadOnlySpan<char> digits)
    {
        if (digits.IsEmpty)
        {
            Put(ZeroAbove);
            _zeros++;
            return;
        }

        Decide(above: true);
        if (digits.Length > 19)
        {
            byte[] bytes = BigInteger.Parse(digits, System.Globalization.NumberStyles.None, null).ToByteArray(isUnsigned: true, isBigEndian: true);
            Put(Huge);
            System.Buffers.Binary.BinaryPrimitives.WriteInt32BigEndian(_buffer[_length..], bytes.Length);
            _length += 4;
            bytes.CopyTo(_buffer[_length..]);
            _length += bytes.Length;
        }
        else
        {
            ulong value = ulong.Parse(digits, System.Globalization.NumberStyles.None, null);
            if (value <= LargestSmall)
            {
                Put((byte)(ZeroAbove + value));
            }
            else
            {
                int count = (71 - BitOperations.LeadingZeroCount(value)) / 8;
                Put((byte)(Sized + count));
                for (int i = count - 1; i >= 0; i--)
                {
                    Put((byte)(value >> (8 * i)));
                }
            }
        }

        _undecided = _length;
    }

    private void EndSegment()
    {
        _length -= _zeros;
        _zeros = 0;
        Put(SegmentAbove);
    }

    private void Finish()
    {
        _length = _undecided; // zeros and empty segments at the end say nothing
        _zeros = 0;
        Put(End);
        _undecided = _length;
    }

    /// <summary>What follows is below or above zero; the zeros and segment ends before it now know how they compare.</summary>
    private void Decide(bool above)
    {
        if (!above)
        {
            foreach (ref byte b in _buffer[_undecided.._length])
            {
                b = b == ZeroAbove ? ZeroBelow : SegmentBelow;
            }
        }

        _zeros = 0;
    }

    private void Put(byte value) => _buffer[_length++] = value;
}
