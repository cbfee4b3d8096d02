using System.Numerics;
using System.Text;

namespace Slipway.Conda.Channels.Repodata;

/// <summary>
/// Numbers texts given as UTF-8 bytes, the same text always with the same number, from 0 on. The bytes lie in one array: a channel has
/// tens of thousands of names and a solve as many dependency texts, which should not each be an object.
/// </summary>
internal sealed class Utf8Table
{
    private byte[] _bytes = new byte[4096];
    private int[] _starts = new int[256]; // _starts[i + 1] is where text i ends
    private int[] _slots = new int[512];  // number + 1; 0 is free. A power of two, at most half full

    public int Count { get; private set; }

    public ReadOnlySpan<byte> this[int number] => _bytes.AsSpan(_starts[number], _starts[number + 1] - _starts[number]);

    public string TextOf(int number) => Encoding.UTF8.GetString(this[number]);

    /// <summary>The number of a text, a new one if it is new.</summary>
    public int Add(ReadOnlySpan<byte> text)
    {
        int slot = FindSlot(text);
        if (_slots[slot] != 0)
        {
            return _slots[slot] - 1;
        }

        int start = _starts[Count];
        if (start + text.Length > _bytes.Length)
        {
            Array.Resize(ref _bytes, Math.Max(_bytes.Length * 2, start + text.Length));
        }

        text.CopyTo(_bytes.AsSpan(start));
        if (Count + 2 > _starts.Length)
        {
            Array.Resize(ref _starts, _starts.Length * 2);
        }

        _starts[++Count] = start + text.Length;
        _slots[slot] = Count;
        if (Count * 2 > _slots.Length)
        {
            Grow();
        }

        return Count - 1;
    }

    private int FindSlot(ReadOnlySpan<byte> text)
    {
        int mask = _slots.Length - 1;
        for (int slot = (int)Hash(text) & mask; ; slot = (slot + 1) & mask)
        {
            if (_slots[slot] == 0 || this[_slots[slot] - 1].SequenceEqual(text))
            {
                return slot;
            }
        }
    }

    private void Grow()
    {
        _slots = new int[_slots.Length * 2];
        for (int i = 0; i < Count; i++)
        {
            _slots[FindSlot(this[i])] = i + 1;
        }
    }

    // The texts of a channel are hostile, but the worst that colliding ones do is make their own channel slow.
    private static uint Hash(ReadOnlySpan<byte> text)
    {
        uint hash = 2166136261;
        foreach (byte b in text)
        {
            hash = (hash ^ b) * 16777619;
        }

        return hash ^ BitOperations.RotateRight(hash, 15);
    }
}
