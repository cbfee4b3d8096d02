using System.Buffers.Binary;
using System.Text;

namespace Slipway.Conda.Channels.Sharding;

internal enum MessagePackType
{
    Nil,
    Boolean,
    Integer,
    Float,
    Text,
    Binary,
    Array,
    Map,
    Extension,
}

/// <summary>Reads MessagePack (the format of sharded channel data, CEP 16), one value after another. The data are hostile: every length is checked against what is there.</summary>
internal ref struct MessagePackReader(ReadOnlySpan<byte> data)
{
    private readonly ReadOnlySpan<byte> _data = data;
    private int _position;

    /// <summary>Everything was read.</summary>
    public readonly bool AtEnd => _position == _data.Length;

    public MessagePackType Type { get; private set; }

    /// <summary>Of an integer; values above that of a signed number are cut to it.</summary>
    public long Integer { get; private set; }

    public double Float { get; private set; }

    public bool Boolean { get; private set; }

    /// <summary>Of a text or binary: its bytes.</summary>
    public ReadOnlySpan<byte> Bytes { get; private set; }

    /// <summary>Of an array: its values; of a map: its pairs.</summary>
    public int Count { get; private set; }

    public readonly string Text => Encoding.UTF8.GetString(Bytes);

    /// <summary>Reads the head of the next value; an array's or map's contents follow as values of their own.</summary>
    /// <exception cref="InvalidDataException">The data end early or are none.</exception>
    public void Read()
    {
        byte head = Take(1)[0];
        switch (head)
        {
            case <= 0x7F:
                SetInteger(head);
                break;
            case <= 0x8F:
                SetContainer(MessagePackType.Map, head & 0x0F);
                break;
            case <= 0x9F:
                SetContainer(MessagePackType.Array, head & 0x0F);
                break;
            case <= 0xBF:
                SetBytes(MessagePackType.Text, head & 0x1F);
                break;
            case 0xC0:
                Type = MessagePackType.Nil;
                break;
            case 0xC2 or 0xC3:
                (Type, Boolean) = (MessagePackType.Boolean, head == 0xC3);
                break;
            case 0xC4 or 0xC5 or 0xC6:
                SetBytes(MessagePackType.Binary, Unsigned(1 << (head - 0xC4)));
                break;
            case 0xC7 or 0xC8 or 0xC9:
                SetBytes(MessagePackType.Extension, Unsigned(1 << (head - 0xC7)) + 1);
                break;
            case 0xCA:
                (Type, Float) = (MessagePackType.Float, BinaryPrimitives.ReadSingleBigEndian(Take(4)));
                break;
            case 0xCB:
                (Type, Float) = (MessagePackType.Float, BinaryPrimitives.ReadDoubleBigEndian(Take(8)));
                break;
            case >= 0xCC and <= 0xCF:
                SetInteger(Unsigned(1 << (head - 0xCC)));
                break;
            case 0xD0:
                SetInteger((sbyte)Take(1)[0]);
                break;
            case 0xD1:
                SetInteger(BinaryPrimitives.ReadInt16BigEndian(Take(2)));
                break;
            case 0xD2:
                SetInteger(BinaryPrimitives.ReadInt32BigEndian(Take(4)));
                break;
            case 0xD3:
                SetInteger(BinaryPrimitives.ReadInt64BigEndian(Take(8)));
                break;
            case >= 0xD4 and <= 0xD8:
                SetBytes(MessagePackType.Extension, (1 << (head - 0xD4)) + 1);
                break;
            case 0xD9 or 0xDA or 0xDB:
                SetBytes(MessagePackType.Text, Unsigned(1 << (head - 0xD9)));
                break;
            case 0xDC or 0xDD:
                SetContainer(MessagePackType.Array, Unsigned(2 << (head - 0xDC)));
                break;
            case 0xDE or 0xDF:
                SetContainer(MessagePackType.Map, Unsigned(2 << (head - 0xDE)));
                break;
            case >= 0xE0:
                SetInteger((sbyte)head);
                break;
            default:
                throw new InvalidDataException($"0x{head:X2} begins no MessagePack value");
        }
    }

    /// <summary>Reads a value and all that is in it.</summary>
    public void Skip()
    {
        // Counted, not nested: hostile data may be nested deeper than the stack.
        for (long left = 1; left > 0; left--)
        {
            Read();
            left += Type switch { MessagePackType.Array => Count, MessagePackType.Map => 2L * Count, _ => 0 };
        }
    }

    private void SetInteger(long value) => (Type, Integer) = (MessagePackType.Integer, value);

    private void SetContainer(MessagePackType type, long count)
    {
        // Each value has at least a byte.
        if (count > _data.Length - _position)
        {
            throw new InvalidDataException("the MessagePack data end too early");
        }

        (Type, Count) = (type, (int)count);
    }

    private void SetBytes(MessagePackType type, long length)
    {
        Type = type;
        Bytes = Take(length);
    }

    private long Unsigned(int length) => length switch
    {
        1 => Take(1)[0],
        2 => BinaryPrimitives.ReadUInt16BigEndian(Take(2)),
        4 => BinaryPrimitives.ReadUInt32BigEndian(Take(4)),
        _ => (long)Math.Min(BinaryPrimitives.ReadUInt64BigEndian(Take(8)), long.MaxValue),
    };

    private ReadOnlySpan<byte> Take(long length)
    {
        if (length < 0 || length > _data.Length - _position)
        {
            throw new InvalidDataException("the MessagePack data end too early");
        }

        ReadOnlySpan<byte> taken = _data.Slice(_position, (int)length);
        _position += (int)length;
        return taken;
    }
}
