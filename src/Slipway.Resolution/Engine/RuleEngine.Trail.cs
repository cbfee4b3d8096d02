namespace Slipway.Resolution.Engine;

/// <summary>The trail: every narrowing of a domain in its order, so that it can be explained and taken back.</summary>
internal sealed partial class RuleEngine
{
    private const int NoReason = -1;

    // By entry of the trail.
    private Growing<int> _trailName = new(1024);
    private Growing<int> _trailReason = new(1024); // the rule that narrowed, or NoReason for a decision
    private Growing<int> _trailLevel = new(1024);
    private Growing<int> _trailSaved = new(1024); // where _saved has the domain as it was before
    private Growing<int> _trailPrevious = new(1024); // the name's entry before this one, or -1
    private Growing<NameState> _trailState = new(1024); // the name's state before
    private Growing<ulong> _saved = new(1024);
    private Growing<int> _levelStart = new(64); // the trail's length when the level was opened; level 0 is not listed

    private Growing<int> _queue = new(256); // names whose domain changed since their watchers were looked at
    private int _queueHead;

    /// <summary>Names that came down to one candidate, which the driver has to look up the dependencies of. May hold names that went up again.</summary>
    private Growing<int> _settled = new(256);

    public int Level => _levelStart.Count;

    /// <summary>Opens a level and leaves the name nothing but this candidate.</summary>
    public void Decide(int name, int candidate)
    {
        Decisions++;
        _levelStart.Add(_trailName.Count);
        int set = NewSet(name);
        _bits.Items[set + (candidate >> 6)] = 1UL << candidate;
        Narrow(name, set, NoReason);
        _bits.Count = set; // a decision's set is not a literal's; nobody looks at it again
    }

    /// <summary>Takes a name that came down to one candidate, in the order in which that happened; false when there is none.</summary>
    public bool TryTakeSettled(out int name, out int candidate)
    {
        for (; _settled.Count > _settledHead; _settledHead++)
        {
            name = _settled.Items[_settledHead];
            if (_state.Items[name] == NameState.Settled)
            {
                candidate = OnlyValue(name);
                _settledHead++;
                return true;
            }
        }

        (_settled.Count, _settledHead) = (0, 0);
        (name, candidate) = (-1, -1);
        return false;
    }

    private int _settledHead;

    private void Narrow(int name, int set, int reason)
    {
        int start = _domainStart.Items[name], words = WordsOf(name);
        int saved = _saved.Reserve(words);
        Array.Copy(_domains.Items, start, _saved.Items, saved, words);
        for (int i = 0; i < words; i++)
        {
            _domains.Items[start + i] &= _bits.Items[set + i];
        }

        _trailName.Add(name);
        _trailReason.Add(reason);
        _trailLevel.Add(Level);
        _trailSaved.Add(saved);
        _trailPrevious.Add(_lastChange.Items[name]);
        _trailState.Add(_state.Items[name]);
        _lastChange.Items[name] = _trailName.Count - 1;
        Enqueue(name);
        int only = OnlyValue(name);
        if (MayBeAbsent(name))
        {
            _state.Items[name] = NameState.Optional;
        }
        else if (only < 0)
        {
            _state.Items[name] = NameState.Open;
        }
        else
        {
            _state.Items[name] = NameState.Settled;
            _settled.Add(name);
        }
    }

    private void Enqueue(int name)
    {
        if (!_isQueued.Items[name])
        {
            _isQueued.Items[name] = true;
            _queue.Add(name);
        }
    }

    private void BackTo(int level)
    {
        if (level >= Level)
        {
            return;
        }

        int length = _levelStart.Items[level];
        for (int t = _trailName.Count - 1; t >= length; t--)
        {
            int name = _trailName.Items[t];
            Array.Copy(_saved.Items, _trailSaved.Items[t], _domains.Items, _domainStart.Items[name], WordsOf(name));
            _lastChange.Items[name] = _trailPrevious.Items[t];
            _state.Items[name] = _trailState.Items[t];
        }

        if (length < _trailName.Count)
        {
            _saved.Count = _trailSaved.Items[length];
        }

        _trailName.Count = _trailReason.Count = _trailLevel.Count = _trailSaved.Count = _trailPrevious.Count = _trailState.Count = length;
        _levelStart.Count = level;
        foreach (int name in _queue.AsSpan()[_queueHead..])
        {
            _isQueued.Items[name] = false;
        }

        (_queue.Count, _queueHead) = (0, 0);
        RecheckAfterReturn();
    }

    /// <summary>The entry of the trail by which the literal became false, or -1 when it was false from the start. The literal is false now.</summary>
    private int FalsifiedBy(int name, int set) => FalsifiedBefore(name, set, _lastChange.Items[name]);

    /// <summary>The same for a literal known to be false after <paramref name="entry"/>, an entry of its name.</summary>
    private int FalsifiedBefore(int name, int set, int entry)
    {
        int words = WordsOf(name);
        ulong[] bits = _bits.Items, saved = _saved.Items;
        while (entry >= 0)
        {
            int start = _trailSaved.Items[entry];
            for (int i = 0; i < words; i++)
            {
                if ((saved[start + i] & bits[set + i]) != 0)
                {
                    return entry;
                }
            }

            entry = _trailPrevious.Items[entry];
        }

        return -1;
    }

    private int LevelOf(int entry) => entry < 0 ? 0 : _trailLevel.Items[entry];
}
