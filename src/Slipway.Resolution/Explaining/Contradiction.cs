using Slipway.Resolution.Engine;

namespace Slipway.Resolution.Explaining;

/// <summary>Finds the few statements, of those that a proof used, that already contradict each other.</summary>
internal sealed class Contradiction(Func<int, int> valuesOf)
{
    /// <summary>So many conflicts are spent on it; what is left after them is not the smallest, but still a contradiction.</summary>
    private const int MaximumConflicts = 20_000;

    private const int MaximumTrials = 400;

    private int _trials;
    private int _conflicts;

    private bool IsSpent => _trials >= MaximumTrials || _conflicts >= MaximumConflicts;

    /// <summary>A smallest set of contradicting statements: each is needed. Then the same with statements joined that say similar things, where that still contradicts.</summary>
    public List<Statement> Reduce(List<Statement> statements, CancellationToken cancellationToken)
    {
        List<Statement> core = Minimise(statements, cancellationToken);
        List<Statement> joined = Join(core, cancellationToken);
        return joined.Count < core.Count ? Minimise(joined, cancellationToken) : core;
    }

    /// <summary>Tries to do without each statement, the last ones first: the first are those nearest to what the user asked for.</summary>
    private List<Statement> Minimise(List<Statement> statements, CancellationToken cancellationToken)
    {
        List<Statement> core = FindCore(statements) ?? statements;
        int needed = 0; // so many of the last ones were tried and cannot be missed
        for (; needed < core.Count && !IsSpent; _trials++)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var without = new List<Statement>(core);
            without.RemoveAt(core.Count - 1 - needed);
            if (FindCore(without) is { } smaller)
            {
                core = smaller;
            }
            else
            {
                needed++;
            }
        }

        return core;
    }

    private List<Statement> Join(List<Statement> core, CancellationToken cancellationToken)
    {
        foreach (IGrouping<(int, int, bool), Statement> alike in core.Where(statement => statement.Owner >= 0 && statement.Conditions.Count == 0)
            .GroupBy(statement => (statement.Owner, statement.Target, IsConstraint(statement))).Where(group => group.Count() > 1).ToList())
        {
            cancellationToken.ThrowIfCancellationRequested();
            Statement joined = Statement.Join([.. alike]);
            int place = core.IndexOf(alike.First());
            List<Statement> shorter = [.. core.Take(place), joined, .. core.Skip(place).Except(alike)];
            if (FindCore(shorter) is not null)
            {
                core = shorter;
            }
        }

        return core;

        bool IsConstraint(Statement statement) => Bits.Contains(statement.Allowed, valuesOf(statement.Target) - 1);
    }

    /// <summary>Those of the statements that some proof of their contradiction uses, in their order; null when they do not contradict each other, or when that was not found out.</summary>
    private List<Statement>? FindCore(List<Statement> statements)
    {
        var engine = new RuleEngine();
        var names = new Dictionary<int, int>();
        for (int i = 0; i < statements.Count; i++)
        {
            Statement statement = statements[i];
            var literals = new List<Literal>();
            if (statement.Owner >= 0)
            {
                literals.Add(LiteralOf(statement.Owner, Bits.Difference(Bits.All(valuesOf(statement.Owner)), statement.Candidates)));
            }

            foreach ((int name, ulong[] values, _) in statement.Conditions)
            {
                literals.Add(LiteralOf(name, Bits.Difference(Bits.All(valuesOf(name)), values)));
            }

            literals.Add(LiteralOf(statement.Target, statement.Allowed));
            engine.AddRule(literals.ToArray(), i);
        }

        while (true)
        {
            int conflict = engine.Propagate();
            if (conflict >= 0)
            {
                _conflicts++;
                if (!engine.TryLearn(conflict))
                {
                    return [.. engine.Proof().Select(rule => statements[engine.OriginOf(rule)])];
                }
            }
            else if (IsSpent || !DecideOne(engine))
            {
                return null;
            }
        }

        Literal LiteralOf(int name, ulong[] values)
        {
            if (!names.TryGetValue(name, out int local))
            {
                names.Add(name, local = engine.AddName(valuesOf(name) - 1));
            }

            int set = engine.NewSet(local);
            values.CopyTo(engine.SetOf(local, set));
            return new Literal(local, set);
        }
    }

    private static bool DecideOne(RuleEngine engine)
    {
        for (int name = 0; name < engine.NameCount; name++)
        {
            if (!engine.MayBeAbsent(name) && engine.OnlyValue(name) < 0)
            {
                engine.Decide(name, Bits.Members(engine.DomainOf(name))[0]);
                return true;
            }
        }

        return false;
    }
}
