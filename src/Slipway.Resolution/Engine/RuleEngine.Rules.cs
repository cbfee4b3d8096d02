namespace Slipway.Resolution.Engine;

/// <summary>A name and the set of values it is allowed to have.</summary>
internal readonly record struct Literal(int Name, int Set);

/// <summary>That a rule watches a literal of some name, with the literal's set.</summary>
internal readonly record struct Watcher(int Rule, int Set);

/// <summary>The rules, and how one is added while the search is under way.</summary>
internal sealed partial class RuleEngine
{
    /// <summary>The rule says nothing that is not always so, and was not kept.</summary>
    public const int Trivial = -2;

    private const int NoRule = -1;

    // By rule.
    private Growing<int> _ruleStart = new(1024); // of its literals; the first two are watched
    private Growing<int> _ruleLength = new(1024);
    private Growing<int> _ruleOrigin = new(1024); // the driver's number, or -1 for a learned one
    private Growing<int> _ruleProof = new(1024); // where _proof lists what it was concluded from: a count, then the items
    private Growing<bool> _ruleIsLate = new(1024);

    private Growing<Literal> _literals = new(4096);

    /// <summary>
    /// Rules that, when they were added, narrowed a name (or contradicted) at a level deeper than the one at which they first could have. When
    /// the search returns to between the two, no watched literal changes, so they are looked at again by name.
    /// </summary>
    private Growing<int> _late = new(64);

    private Growing<Literal> _merging = new(16);
    private int _pendingConflict = NoRule;

    public int RuleCount => _ruleStart.Count;

    public int OriginOf(int rule) => _ruleOrigin.Items[rule];

    public ReadOnlySpan<Literal> LiteralsOf(int rule) => _literals.Items.AsSpan(_ruleStart.Items[rule], _ruleLength.Items[rule]);

    /// <summary>
    /// Adds a rule and lets it work at once; a contradiction shows at the next <see cref="Propagate"/>. Two literals of one name become one
    /// that allows either. Gives <see cref="Trivial"/> when some literal allows everything.
    /// </summary>
    public int AddRule(ReadOnlySpan<Literal> literals, int origin)
    {
        _merging.Count = 0;
        foreach (Literal literal in literals)
        {
            Merge(literal);
        }

        foreach (Literal literal in _merging.AsSpan())
        {
            if (AllowsEverything(literal))
            {
                return Trivial;
            }
        }

        return Store(_merging.AsSpan(), origin, proof: NoRule);
    }

    private void Merge(Literal literal)
    {
        for (int i = 0; i < _merging.Count; i++)
        {
            Literal other = _merging.Items[i];
            if (other.Name == literal.Name)
            {
                int union = NewSet(literal.Name);
                Span<ulong> to = SetOf(literal.Name, union), left = SetOf(literal.Name, other.Set), right = SetOf(literal.Name, literal.Set);
                for (int w = 0; w < to.Length; w++)
                {
                    to[w] = left[w] | right[w];
                }

                _merging.Items[i] = new Literal(literal.Name, union);
                return;
            }
        }

        _merging.Add(literal);
    }

    private bool AllowsEverything(Literal literal)
    {
        Span<ulong> words = SetOf(literal.Name, literal.Set);
        int values = _valueCount.Items[literal.Name];
        for (int i = 0; i < words.Length; i++)
        {
            ulong all = i < words.Length - 1 || (values & 63) == 0 ? ulong.MaxValue : (1UL << values) - 1;
            if (words[i] != all)
            {
                return false;
            }
        }

        return true;
    }

    private int Store(ReadOnlySpan<Literal> literals, int origin, int proof)
    {
        int rule = _ruleStart.Count;
        int start = _literals.Count;
        foreach (Literal literal in literals)
        {
            _literals.Add(literal);
        }

        _ruleStart.Add(start);
        _ruleLength.Add(literals.Length);
        _ruleOrigin.Add(origin);
        _ruleProof.Add(proof);
        _ruleIsLate.Add(false);
        if (literals.Length > 1)
        {
            PutFreestFirst(start, literals.Length, 0);
            PutFreestFirst(start, literals.Length, 1);
            Watch(rule, _literals.Items[start]);
            Watch(rule, _literals.Items[start + 1]);
        }

        Examine(rule);
        return rule;
    }

    /// <summary>Brings to a place that literal, of those from there on, that is not false, or else became false last: it is the first to come back.</summary>
    private void PutFreestFirst(int start, int length, int place)
    {
        int best = place, bestEntry = -2;
        for (int i = place; i < length; i++)
        {
            Literal literal = _literals.Items[start + i];
            int entry = IsFalse(literal.Name, literal.Set) ? FalsifiedBy(literal.Name, literal.Set) : int.MaxValue;
            if (entry > bestEntry)
            {
                (best, bestEntry) = (i, entry);
            }
        }

        Literal[] items = _literals.Items;
        (items[start + place], items[start + best]) = (items[start + best], items[start + place]);
    }

    /// <summary>Takes candidates from the values that a rule's literal of this name allows. Only for rules of two literals, which are always both watched.</summary>
    public void Tighten(int rule, int name, ReadOnlySpan<ulong> disallowed)
    {
        foreach (Literal literal in LiteralsOf(rule))
        {
            if (literal.Name == name)
            {
                Span<ulong> words = SetOf(name, literal.Set);
                for (int i = 0; i < words.Length; i++)
                {
                    words[i] &= ~disallowed[i];
                }
            }
        }

        Examine(rule);
    }

    /// <summary>Lets a rule work by itself, not because of a change of what it watches.</summary>
    private void Examine(int rule)
    {
        int free = -1, count = 0, impliedLevel = 0;
        ReadOnlySpan<Literal> literals = LiteralsOf(rule);
        for (int i = 0; i < literals.Length; i++)
        {
            Literal literal = literals[i];
            if (IsFalse(literal.Name, literal.Set))
            {
                impliedLevel = Math.Max(impliedLevel, LevelOf(FalsifiedBy(literal.Name, literal.Set)));
            }
            else if (++count > 1)
            {
                return;
            }
            else
            {
                free = i;
            }
        }

        if (count == 0)
        {
            if (_pendingConflict == NoRule)
            {
                _pendingConflict = rule;
            }

            MarkLate(rule);
            return;
        }

        if (impliedLevel < Level)
        {
            MarkLate(rule);
        }

        Imply(literals[free], rule);
    }

    private void Imply(Literal literal, int rule)
    {
        if (!IsTrue(literal.Name, literal.Set))
        {
            Propagations++;
            Narrow(literal.Name, literal.Set, rule);
        }
    }

    private void MarkLate(int rule)
    {
        if (!_ruleIsLate.Items[rule])
        {
            _ruleIsLate.Items[rule] = true;
            _late.Add(rule);
        }
    }

    private void RecheckAfterReturn()
    {
        _pendingConflict = NoRule;
        int count = _late.Count;
        int[] late = _late.AsSpan().ToArray();
        _late.Count = 0;
        for (int i = 0; i < count; i++)
        {
            _ruleIsLate.Items[late[i]] = false;
        }

        foreach (int rule in late)
        {
            Examine(rule); // it marks itself again when it is still late
        }

        for (int name = 0; _anyShadow && name < NameCount; name++)
        {
            if (_shadowOf.Items[name] >= 0)
            {
                Enqueue(name);
            }
        }
    }
}
