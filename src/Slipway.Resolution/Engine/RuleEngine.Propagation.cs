namespace Slipway.Resolution.Engine;

internal sealed partial class RuleEngine
{
    /// <summary>No rule waits to be looked at.</summary>
    public bool IsQuiet => _pendingConflict == NoRule && _queueHead == _queue.Count;

    /// <summary>Lets all rules work until none has anything to say. Gives a rule whose literals are all false, or -1.</summary>
    public int Propagate()
    {
        while (_pendingConflict == NoRule && _queueHead < _queue.Count)
        {
            int name = _queue.Items[_queueHead++];
            _isQueued.Items[name] = false;
            int conflict = Visit(name);
            if (conflict != NoRule)
            {
                return conflict;
            }

            if (_shadowOf.Items[name] >= 0)
            {
                PropagateShadow(name, _shadowOf.Items[name]);
            }

            for (int i = 0; i < _shadows.Items[name].Count; i++)
            {
                PropagateShadow(_shadows.Items[name].Items[i], name);
            }
        }

        if (_pendingConflict == NoRule)
        {
            (_queue.Count, _queueHead) = (0, 0);
        }

        return _pendingConflict;
    }

    /// <summary>Looks at the rules that watch the name. The two watched literals are the first two of a rule.</summary>
    private int Visit(int name)
    {
        Watcher[] watchers = _watchers.Items[name].Items;
        int count = _watchers.Items[name].Count, kept = 0;
        int conflict = NoRule;
        for (int i = 0; i < count; i++)
        {
            // Most often the literal is not false, and nothing is to be done; only its set is looked at for that.
            Watcher watcher = watchers[i];
            if (!IsFalse(name, watcher.Set))
            {
                watchers[kept++] = watcher;
                continue;
            }

            int start = _ruleStart.Items[watcher.Rule];
            Literal[] literals = _literals.Items;
            if (literals[start].Name == name)
            {
                (literals[start], literals[start + 1]) = (literals[start + 1], literals[start]);
            }

            Literal other = literals[start];
            if (_ruleLength.Items[watcher.Rule] > 2 && !IsTrue(other.Name, other.Set) && TryWatchAnother(watcher.Rule, start))
            {
                continue;
            }

            watchers[kept++] = watcher;
            if (IsFalse(other.Name, other.Set))
            {
                conflict = watcher.Rule;
                for (i++; i < count; i++)
                {
                    watchers[kept++] = watchers[i];
                }

                break;
            }

            Imply(other, watcher.Rule);
        }

        _watchers.Items[name].Count = kept;
        return conflict;
    }

    private bool TryWatchAnother(int rule, int start)
    {
        Literal[] literals = _literals.Items;
        for (int k = start + 2, end = start + _ruleLength.Items[rule]; k < end; k++)
        {
            if (!IsFalse(literals[k].Name, literals[k].Set))
            {
                (literals[start + 1], literals[k]) = (literals[k], literals[start + 1]);
                Watch(rule, literals[start + 1]);
                return true;
            }
        }

        return false;
    }

    private void Watch(int rule, Literal literal) => _watchers.Items[literal.Name].Add(new Watcher(rule, literal.Set));

    /// <summary>
    /// Keeps a shadow at the candidate of its base. The rules for that would be one for each candidate; instead those are made that are
    /// needed: for a set R of candidates, "the shadow is none of R, or the base is one of R".
    /// </summary>
    private void PropagateShadow(int shadow, int body)
    {
        int words = WordsOf(shadow), absent = AbsentOf(shadow);
        int gone = NewSet(shadow);
        bool any = false;
        for (int i = 0; i < words; i++)
        {
            ulong word = _domains.Items[_domainStart.Items[shadow] + i] & ~_domains.Items[_domainStart.Items[body] + i];
            if (i == absent >> 6)
            {
                word &= ~(1UL << absent);
            }

            _bits.Items[gone + i] = word;
            any |= word != 0;
        }

        if (any)
        {
            AddShadowRule(shadow, body, gone);
        }
        else
        {
            _bits.Count = gone;
        }

        if (MayBeAbsent(shadow) || _pendingConflict != NoRule)
        {
            return;
        }

        int left = NewSet(shadow);
        any = false;
        for (int i = 0; i < words; i++)
        {
            ulong word = _domains.Items[_domainStart.Items[shadow] + i];
            _bits.Items[left + i] = word;
            any |= (_domains.Items[_domainStart.Items[body] + i] & ~word) != 0;
        }

        if (any)
        {
            AddShadowRule(shadow, body, left);
        }
        else
        {
            _bits.Count = left;
        }
    }

    private void AddShadowRule(int shadow, int body, int set) =>
        AddRule([new Literal(shadow, Complement(shadow, set)), new Literal(body, set)], ShadowOrigin);

    /// <summary>The origin of rules that keep a shadow with its base.</summary>
    public const int ShadowOrigin = -2;
}
