using System.Numerics;

namespace Slipway.Resolution.Engine;

/// <summary>How far a name has come.</summary>
internal enum NameState : byte
{
    /// <summary>It may still be absent.</summary>
    Optional,

    /// <summary>It has to be there, and several candidates are possible.</summary>
    Open,

    /// <summary>One candidate is left.</summary>
    Settled,
}

/// <summary>
/// The search's memory and its logic, over numbers alone.
/// <para>
/// A <i>name</i> has a <i>domain</i>: the set of values still possible, a bit each; value <c>c</c> is candidate <c>c</c>, and the value after the last
/// candidate means that the name is absent. A <i>literal</i> is a name and a set of allowed values; it is false when the domain has none of them.
/// A <i>rule</i> is a list of literals of different names, at least one of which must hold. When all but one are false, the last one narrows its
/// name's domain. Domains only get smaller as the search goes down, and come back as it goes up.
/// </para>
/// <para>Learning from conflicts and the proof of insolubility are resolution on such rules: decision record 55.</para>
/// </summary>
internal sealed partial class RuleEngine
{
    /// <summary>All bit sets of literals, one after the other.</summary>
    private Growing<ulong> _bits = new(4096);

    // By name.
    private Growing<int> _valueCount = new(256); // candidates + 1, for absence
    private Growing<int> _domainStart = new(256);
    private Growing<int> _lastChange = new(256); // the name's newest entry of the trail, or -1
    private Growing<Growing<Watcher>> _watchers = new(256); // rules that watch a literal of the name
    private Growing<NameState> _state = new(256);
    private Growing<bool> _isQueued = new(256);
    private Growing<double> _activity = new(256);
    private Growing<int> _shadowOf = new(256); // or -1
    private Growing<Growing<int>> _shadows = new(256);
    private Growing<ulong> _domains = new(1024);
    private bool _anyShadow;


    public int NameCount => _valueCount.Count;

    public int Decisions { get; private set; }

    public int Conflicts { get; private set; }

    public int Propagations { get; private set; }

    public int Learned { get; private set; }

    /// <summary>A new name with so many candidates, all of them possible, and absence too.</summary>
    public int AddName(int candidates, int shadowOf = -1)
    {
        int name = _valueCount.Count;
        int values = candidates + 1;
        _valueCount.Add(values);
        int start = _domains.Reserve(WordsFor(values));
        FillWithOnes(_domains.Items.AsSpan(start, WordsFor(values)), values);
        _domainStart.Add(start);
        _lastChange.Add(-1);
        _watchers.Add(new Growing<Watcher>(0));
        _state.Add(NameState.Optional);
        _isQueued.Add(false);
        _activity.Add(0);
        _shadowOf.Add(shadowOf);
        _shadows.Add(new Growing<int>(0));
        if (shadowOf >= 0)
        {
            _anyShadow = true;
            _shadows.Items[shadowOf].Add(name);
            Enqueue(name);
        }

        return name;
    }

    public static int WordsFor(int values) => (values + 63) >> 6;

    /// <summary>How many words a set of the name's values has.</summary>
    public int WordsOf(int name) => WordsFor(_valueCount.Items[name]);

    /// <summary>The value that means absence, which is also how many candidates there are.</summary>
    public int AbsentOf(int name) => _valueCount.Items[name] - 1;

    /// <summary>Room for a set of the name's values, empty at first.</summary>
    public int NewSet(int name) => _bits.Reserve(WordsOf(name));

    /// <summary>The words of a set; valid until the next set is made.</summary>
    public Span<ulong> SetOf(int name, int set) => _bits.Items.AsSpan(set, WordsOf(name));

    /// <summary>The array that sets live in; when it grows, an array handed out before keeps its content.</summary>
    public ulong[] SetWords => _bits.Items;

    public ReadOnlySpan<ulong> DomainOf(int name) => _domains.Items.AsSpan(_domainStart.Items[name], WordsOf(name));

    /// <summary>The set of all values that are not in <paramref name="set"/>.</summary>
    public int Complement(int name, int set)
    {
        int result = NewSet(name);
        Span<ulong> to = SetOf(name, result);
        FillWithOnes(to, _valueCount.Items[name]);
        Span<ulong> from = SetOf(name, set);
        for (int i = 0; i < to.Length; i++)
        {
            to[i] &= ~from[i];
        }

        return result;
    }

    /// <summary>The set with absence added.</summary>
    public int WithAbsence(int name, int set)
    {
        int result = NewSet(name);
        Span<ulong> to = SetOf(name, result);
        SetOf(name, set).CopyTo(to);
        int absent = AbsentOf(name);
        to[absent >> 6] |= 1UL << absent;
        return result;
    }

    public bool MayBeAbsent(int name)
    {
        int absent = AbsentOf(name);
        return (_domains.Items[_domainStart.Items[name] + (absent >> 6)] >> absent & 1) != 0;
    }

    public bool MayBe(int name, int value) => (_domains.Items[_domainStart.Items[name] + (value >> 6)] >> value & 1) != 0;

    /// <summary>The one value left, or -1 when there are several.</summary>
    public int OnlyValue(int name)
    {
        int start = _domainStart.Items[name];
        int found = -1;
        for (int i = 0, words = WordsOf(name); i < words; i++)
        {
            ulong word = _domains.Items[start + i];
            if (word != 0)
            {
                if (found >= 0 || (word & (word - 1)) != 0)
                {
                    return -1;
                }

                found = (i << 6) + BitOperations.TrailingZeroCount(word);
            }
        }

        return found;
    }

    public double ActivityOf(int name) => _activity.Items[name];

    public NameState StateOf(int name) => _state.Items[name];

    /// <summary>Of these names, the open one with the highest activity, and the first among equals; -1 when none is open.</summary>
    public int MostActiveOpen(ReadOnlySpan<int> names)
    {
        NameState[] states = _state.Items;
        double[] activities = _activity.Items;
        int best = -1;
        double bestActivity = -1;
        foreach (int name in names)
        {
            if (states[name] == NameState.Open && activities[name] > bestActivity)
            {
                (best, bestActivity) = (name, activities[name]);
            }
        }

        return best;
    }

    private static void FillWithOnes(Span<ulong> words, int values)
    {
        words.Fill(ulong.MaxValue);
        if ((values & 63) != 0)
        {
            words[^1] = (1UL << values) - 1;
        }
    }

    /// <summary>No value of the domain is allowed.</summary>
    private bool IsFalse(int name, int set)
    {
        ulong[] domains = _domains.Items, bits = _bits.Items;
        int start = _domainStart.Items[name], words = WordsOf(name);
        if ((domains[start] & bits[set]) != 0)
        {
            return false;
        }

        for (int i = 1; i < words; i++)
        {
            if ((domains[start + i] & bits[set + i]) != 0)
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>Every value of the domain is allowed.</summary>
    private bool IsTrue(int name, int set)
    {
        ulong[] domains = _domains.Items, bits = _bits.Items;
        int start = _domainStart.Items[name];
        for (int i = 0, words = WordsOf(name); i < words; i++)
        {
            if ((domains[start + i] & ~bits[set + i]) != 0)
            {
                return false;
            }
        }

        return true;
    }
}
