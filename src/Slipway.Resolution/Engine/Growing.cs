using System.Runtime.CompilerServices;

namespace Slipway.Resolution.Engine;

/// <summary>A list whose array is open to its user: the search reads and writes its numbers without a call in between.</summary>
internal struct Growing<T>
{
    public T[] Items;
    public int Count;

    public Growing(int capacity) => Items = capacity == 0 ? [] : new T[capacity];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public void Add(T item)
    {
        if (Count == Items.Length)
        {
            Grow(Count + 1);
        }

        Items[Count++] = item;
    }

    /// <summary>Makes room for <paramref name="length"/> cleared items and gives the index of the first.</summary>
    public int Reserve(int length)
    {
        int start = Count;
        if (start + length > Items.Length)
        {
            Grow(start + length);
        }

        Array.Clear(Items, start, length);
        Count += length;
        return start;
    }

    public readonly Span<T> AsSpan() => Items.AsSpan(0, Count);

    private void Grow(int needed) => Array.Resize(ref Items, Math.Max(Math.Max(4, needed), Items.Length * 2));
}
