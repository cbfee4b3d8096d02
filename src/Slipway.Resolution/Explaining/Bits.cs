using System.Numerics;

namespace Slipway.Resolution.Explaining;

/// <summary>Sets of values as words of bits; explanations are small, so each operation makes a new set.</summary>
internal static class Bits
{
    public static ulong[] Union(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right) => Combine(left, right, (a, b) => a | b);

    public static ulong[] Intersection(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right) => Combine(left, right, (a, b) => a & b);

    public static ulong[] Difference(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right) => Combine(left, right, (a, b) => a & ~b);

    public static ulong[] All(int values)
    {
        var all = new ulong[(values + 63) >> 6];
        for (int i = 0; i < values; i++)
        {
            all[i >> 6] |= 1UL << i;
        }

        return all;
    }

    public static ulong[] Without(ReadOnlySpan<ulong> set, int value)
    {
        ulong[] copy = set.ToArray();
        copy[value >> 6] &= ~(1UL << value);
        return copy;
    }

    public static bool IsEmpty(ReadOnlySpan<ulong> set) => set.IndexOfAnyExcept(0UL) < 0;

    public static bool IsSubset(ReadOnlySpan<ulong> part, ReadOnlySpan<ulong> whole) => IsEmpty(Difference(part, whole));

    public static bool Overlap(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right) => !IsEmpty(Intersection(left, right));

    public static bool Contains(ReadOnlySpan<ulong> set, int value) => (set[value >> 6] >> value & 1) != 0;

    public static int Count(ReadOnlySpan<ulong> set)
    {
        int count = 0;
        foreach (ulong word in set)
        {
            count += BitOperations.PopCount(word);
        }

        return count;
    }

    public static List<int> Members(ReadOnlySpan<ulong> set)
    {
        var members = new List<int>();
        for (int i = 0; i < set.Length << 6; i++)
        {
            if (Contains(set, i))
            {
                members.Add(i);
            }
        }

        return members;
    }

    private static ulong[] Combine(ReadOnlySpan<ulong> left, ReadOnlySpan<ulong> right, Func<ulong, ulong, ulong> join)
    {
        var result = new ulong[left.Length];
        for (int i = 0; i < result.Length; i++)
        {
            result[i] = join(left[i], right[i]);
        }

        return result;
    }
}
