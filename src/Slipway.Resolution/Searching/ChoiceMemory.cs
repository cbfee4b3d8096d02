using Slipway.Resolution.Engine;

namespace Slipway.Resolution.Searching;

/// <summary>
/// The last choice of each name. The first of a set, in an order that never changes, is also the first of any part of the set that has it; after
/// going back, most choices are made again just so, and the provider need not be asked.
/// </summary>
internal sealed class ChoiceMemory
{
    private struct Choice
    {
        public ulong[]? Allowed;
        public int Candidate;
    }

    private Growing<Choice> _choices = new(256); // by the engine's number of the name

    /// <summary>The choice among these, or -1 when it is not known.</summary>
    public int Find(int name, ReadOnlySpan<ulong> allowed)
    {
        if (name >= _choices.Count || _choices.Items[name].Allowed is not { } remembered)
        {
            return -1;
        }

        int candidate = _choices.Items[name].Candidate;
        if ((allowed[candidate >> 6] >> candidate & 1) == 0)
        {
            return -1;
        }

        for (int i = 0; i < remembered.Length; i++)
        {
            if ((allowed[i] & ~remembered[i]) != 0)
            {
                return -1;
            }
        }

        return candidate;
    }

    public void Remember(int name, ulong[] allowed, int candidate)
    {
        if (name >= _choices.Count)
        {
            _choices.Reserve(name + 1 - _choices.Count);
        }

        _choices.Items[name] = new Choice { Allowed = allowed, Candidate = candidate };
    }
}
