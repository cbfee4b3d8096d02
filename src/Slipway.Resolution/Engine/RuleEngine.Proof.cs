namespace Slipway.Resolution.Engine;

internal sealed partial class RuleEngine
{
    /// <summary>
    /// After <see cref="TryLearn"/> said that there is no solution: the rules with an origin from which that follows, in the order in which they were added. Enough
    /// of them, perhaps more than needed.
    /// </summary>
    public List<int> Proof()
    {
        var leaves = new List<int>();
        var rules = new bool[RuleCount];
        var entries = new bool[_trailName.Count];
        var pending = new Stack<int>();
        PushProof(_lastProof);
        while (pending.TryPop(out int item))
        {
            if (item < 0)
            {
                FollowEntry(~item);
            }
            else if (!rules[item])
            {
                rules[item] = true;
                FollowRule(item);
            }
        }

        leaves.Sort();
        return leaves;

        void FollowRule(int rule)
        {
            if (_ruleOrigin.Items[rule] != -1)
            {
                leaves.Add(rule);
                return;
            }

            PushProof(_ruleProof.Items[rule]);
        }

        void PushProof(int start)
        {
            for (int i = 1; i <= _proof.Items[start]; i++)
            {
                pending.Push(_proof.Items[start + i]);
            }
        }

        void FollowEntry(int entry)
        {
            // All earlier entries of the same name count as its reasons, too: which of them were needed is not recorded.
            for (; entry >= 0 && !entries[entry]; entry = _trailPrevious.Items[entry])
            {
                entries[entry] = true;
                int reason = _trailReason.Items[entry];
                pending.Push(reason);
                foreach (Literal literal in LiteralsOf(reason))
                {
                    if (literal.Name != _trailName.Items[entry])
                    {
                        PushEntry(FalsifiedBy(literal.Name, literal.Set));
                    }
                }
            }
        }

        void PushEntry(int entry)
        {
            if (entry >= 0)
            {
                pending.Push(~entry);
            }
        }
    }
}
