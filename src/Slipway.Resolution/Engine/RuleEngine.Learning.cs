namespace Slipway.Resolution.Engine;

/// <summary>Learning: what a contradiction says about the choices that led to it.</summary>
internal sealed partial class RuleEngine
{
    private const double Decay = 0.95;
    private const double ActivityLimit = 1e100;

    private struct Open
    {
        public int Name;
        public int Set;
        public int Entry; // by which the literal became false
    }

    private readonly List<int> _used = [];
    private Growing<Open> _open = new(64);
    private Growing<int> _openOf = new(256); // by name: its place in _open + 1, or 0
    private Growing<int> _proof = new(1024);
    private double _activityStep = 1;
    private int _lastProof;

    /// <summary>The rules that the last conflict was concluded from.</summary>
    public IReadOnlyList<int> UsedRules => _used;

    /// <summary>
    /// Learns from a rule whose literals are all false and returns to where what was learned narrows something. False when the rule is
    /// false whatever is chosen: there is no solution.
    /// </summary>
    public bool TryLearn(int conflict)
    {
        Conflicts++;
        _used.Clear();
        _open.Count = 0;
        while (_openOf.Count < NameCount)
        {
            _openOf.Add(0);
        }

        int scratch = _bits.Count, proofStart = _proof.Count;
        _proof.Add(0);
        Resolve(conflict, exceptName: -1);
        int steps = 0;
        while (true)
        {
            int last = LatestOpen(out bool isAlone);
            if (last < 0)
            {
                CloseAll();
                _bits.Count = scratch;
                _proof.Items[proofStart] = _proof.Count - proofStart - 1;
                _lastProof = proofStart;
                return false;
            }

            if (isAlone)
            {
                Conclude(conflict, last, steps, scratch, proofStart);
                return true;
            }

            steps++;
            ResolveAway(last);
        }
    }

    /// <summary>The open literal that became false last, and whether it is the only one of its level; -1 when all were false without any choice.</summary>
    private int LatestOpen(out bool isAlone)
    {
        int last = -1;
        isAlone = true;
        for (int i = 0; i < _open.Count; i++)
        {
            if (last < 0 || _open.Items[i].Entry > _open.Items[last].Entry)
            {
                last = i;
            }
        }

        if (last < 0 || LevelOf(_open.Items[last].Entry) == 0)
        {
            return -1;
        }

        int level = LevelOf(_open.Items[last].Entry);
        for (int i = 0; i < _open.Count; i++)
        {
            isAlone &= i == last || LevelOf(_open.Items[i].Entry) < level;
        }

        return last;
    }

    /// <summary>Replaces a literal by the reasons for which it became false.</summary>
    private void ResolveAway(int place)
    {
        Open open = _open.Items[place];
        int reason = _trailReason.Items[open.Entry];
        foreach (Literal literal in LiteralsOf(reason))
        {
            if (literal.Name == open.Name)
            {
                // Either the rest of the reason holds, or the name is within the reason's values: both limits at once are what stays open.
                Span<ulong> words = SetOf(open.Name, open.Set), allowed = SetOf(open.Name, literal.Set);
                for (int i = 0; i < words.Length; i++)
                {
                    words[i] &= allowed[i];
                }
            }
        }

        _open.Items[place].Entry = FalsifiedBefore(open.Name, open.Set, _trailPrevious.Items[open.Entry]);
        if (LevelOf(_open.Items[place].Entry) == 0)
        {
            Close(place);
        }

        Resolve(reason, open.Name);
    }

    /// <summary>Adds the literals of a rule to the open ones, each name once.</summary>
    private void Resolve(int rule, int exceptName)
    {
        _used.Add(rule);
        _proof.Add(rule);
        for (int k = _ruleStart.Items[rule], end = k + _ruleLength.Items[rule]; k < end; k++)
        {
            Literal literal = _literals.Items[k];
            if (literal.Name == exceptName)
            {
                continue;
            }

            Bump(literal.Name);
            int entry = FalsifiedBy(literal.Name, literal.Set);
            if (LevelOf(entry) == 0)
            {
                NoteFixed(entry);
                continue;
            }

            int place = _openOf.Items[literal.Name] - 1;
            if (place < 0)
            {
                int copy = NewSet(literal.Name);
                SetOf(literal.Name, literal.Set).CopyTo(SetOf(literal.Name, copy));
                _open.Add(new Open { Name = literal.Name, Set = copy, Entry = entry });
                _openOf.Items[literal.Name] = _open.Count;
                continue;
            }

            Span<ulong> to = SetOf(literal.Name, _open.Items[place].Set), from = SetOf(literal.Name, literal.Set);
            for (int i = 0; i < to.Length; i++)
            {
                to[i] |= from[i];
            }

            _open.Items[place].Entry = Math.Max(_open.Items[place].Entry, entry);
        }
    }

    private void Close(int place)
    {
        NoteFixed(_open.Items[place].Entry);
        _openOf.Items[_open.Items[place].Name] = 0;
        _open.Count--;
        if (place < _open.Count)
        {
            _open.Items[place] = _open.Items[_open.Count];
            _openOf.Items[_open.Items[place].Name] = place + 1;
        }
    }

    private void NoteFixed(int entry)
    {
        if (entry >= 0)
        {
            _proof.Add(~entry);
        }
    }

    private void CloseAll()
    {
        foreach (Open open in _open.AsSpan())
        {
            _openOf.Items[open.Name] = 0;
        }
    }

    /// <summary>Keeps what is open as a rule, goes back to the level where it is a conclusion, and draws it.</summary>
    private void Conclude(int conflict, int last, int steps, int scratch, int proofStart)
    {
        CloseAll();
        (_open.Items[0], _open.Items[last]) = (_open.Items[last], _open.Items[0]);
        int level = 0;
        for (int i = 1; i < _open.Count; i++)
        {
            level = Math.Max(level, LevelOf(_open.Items[i].Entry));
        }

        _activityStep /= Decay;
        if (steps == 0 && _ruleLength.Items[conflict] == 2)
        {
            // The rule itself narrows once the last choice is taken back.
            _bits.Count = scratch;
            _proof.Count = proofStart;
            BackTo(level);
            Examine(conflict);
            return;
        }

        _proof.Items[proofStart] = _proof.Count - proofStart - 1;
        Span<Literal> learned = _open.Count <= 64 ? stackalloc Literal[_open.Count] : new Literal[_open.Count];
        for (int i = 0; i < learned.Length; i++)
        {
            learned[i] = new Literal(_open.Items[i].Name, _open.Items[i].Set);
        }

        MoveDown(learned, scratch);
        BackTo(level);
        Learned++;
        Store(learned, origin: -1, proofStart);
    }

    /// <summary>Moves the sets of a learned rule to the start of the space that the analysis used, and frees the rest.</summary>
    private void MoveDown(Span<Literal> literals, int scratch)
    {
        int size = 0;
        foreach (Literal literal in literals)
        {
            size += WordsOf(literal.Name);
        }

        ulong[] copy = new ulong[size];
        int at = 0;
        for (int i = 0; i < literals.Length; i++)
        {
            Literal literal = literals[i];
            Span<ulong> words = SetOf(literal.Name, literal.Set);
            words.CopyTo(copy.AsSpan(at));
            literals[i] = new Literal(literal.Name, scratch + at);
            at += words.Length;
        }

        copy.CopyTo(_bits.Items.AsSpan(scratch));
        _bits.Count = scratch + size;
    }

    private void Bump(int name)
    {
        if ((_activity.Items[name] += _activityStep) > ActivityLimit)
        {
            for (int i = 0; i < NameCount; i++)
            {
                _activity.Items[i] /= ActivityLimit;
            }

            _activityStep /= ActivityLimit;
        }
    }
}
