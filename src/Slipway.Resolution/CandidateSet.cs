using System.Numerics;

namespace Slipway.Resolution;

/// <summary>A read-only set of candidates of one name.</summary>
public readonly struct CandidateSet
{
    private readonly ulong[] _words;
    private readonly int _offset;
    private readonly int _count;

    internal CandidateSet(ulong[] words, int offset, int count) => (_words, _offset, _count) = (words, offset, count);

    /// <summary>The best candidate of the set, or −1 when it is empty.</summary>
    public int First => Next(-1);

    public bool Contains(int candidate) => (uint)candidate < (uint)_count && (_words[_offset + (candidate >> 6)] >> candidate & 1) != 0;

    /// <summary>The first candidate of the set after <paramref name="candidate"/> (−1: from the start), or −1.</summary>
    public int Next(int candidate)
    {
        for (int i = candidate + 1; i < _count;)
        {
            ulong word = _words[_offset + (i >> 6)] >> i;
            if (word != 0)
            {
                i += BitOperations.TrailingZeroCount(word);
                return i < _count ? i : -1;
            }

            i = (i | 63) + 1;
        }

        return -1;
    }
}

/// <summary>Where a provider writes which candidates a version set matches; empty at first.</summary>
public readonly ref struct CandidateMask
{
    private readonly Span<ulong> _words;

    internal CandidateMask(Span<ulong> words, int count)
    {
        _words = words;
        Count = count;
    }

    /// <summary>How many candidates the name has.</summary>
    public int Count { get; }

    /// <exception cref="ArgumentOutOfRangeException">There is no such candidate.</exception>
    public void Add(int candidate)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThanOrEqual((uint)candidate, (uint)Count, nameof(candidate));
        _words[candidate >> 6] |= 1UL << candidate;
    }

    /// <summary>Adds the candidates from <paramref name="start"/> to the one before <paramref name="end"/>.</summary>
    public void AddRange(int start, int end)
    {
        for (int i = start; i < end; i++)
        {
            Add(i);
        }
    }
}
