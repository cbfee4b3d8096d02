namespace Slipway.Resolution.Explaining;

/// <summary>
/// Puts contradicting statements into an order in which each follows from what was said before: from a wish down the chain of what it needs, then
/// the next wish, until nothing is left for some name.
/// </summary>
internal sealed class Narrator(Wording wording, Func<int, int> absentOf)
{
    /// <summary>Where a name has to be tried version by version, so many are told.</summary>
    private const int MaximumCases = 3;

    /// <summary>A story with more lines than this explains nothing; what it is about is told instead.</summary>
    private const int MaximumLines = 40;

    /// <summary>Of what a long story is about, so many names are told.</summary>
    private const int MaximumNames = 5;

    private sealed class State(Dictionary<int, ulong[]> domains, List<Statement> untold, int lastName)
    {
        public Dictionary<int, ulong[]> Domains { get; } = domains;

        /// <summary>Statements not told yet.</summary>
        public List<Statement> Untold { get; } = untold;

        /// <summary>The name that the last sentence was about.</summary>
        public int LastName { get; set; } = lastName;

        /// <summary>Names in the order in which sentences spoke of them.</summary>
        public List<int> Spoken { get; init; } = [];

        public State Copy() => new(new Dictionary<int, ulong[]>(Domains), [.. Untold], LastName) { Spoken = [.. Spoken] };
    }

    public List<string> Tell(IReadOnlyList<Statement> statements)
    {
        var lines = new List<string>();
        Tell(new State([], [.. statements], -1), lines, "");
        return lines.Count > MaximumLines ? Summary(statements) : lines;
    }

    /// <summary>What was asked for, and the names that most of the facts are about.</summary>
    private List<string> Summary(IReadOnlyList<Statement> statements)
    {
        int[] names = [.. statements.SelectMany(statement => (int[])[statement.Owner, statement.Target]).Where(name => name >= 0)
            .GroupBy(name => name).OrderByDescending(group => group.Count()).Select(group => group.Key)];
        string most = string.Join(", ", names.Take(MaximumNames).Select(wording.Name));
        string more = names.Length > MaximumNames ? $" and {names.Length - MaximumNames} more" : "";
        return
        [
            .. statements.Where(statement => statement.Fact is Fact.Wish or Fact.Given).Select(statement => wording.Sentence(statement, [])),
            $"of what they need, no versions of {most}{more} go together ({statements.Count} facts)",
        ];
    }

    /// <summary>A sentence, the name it says something of, and the names on which that rests.</summary>
    private readonly record struct Step(string Line, int Name, int[] RestsOn);

    private void Tell(State state, List<string> lines, string indent)
    {
        var steps = new List<Step>();
        while (true)
        {
            if (NextForward(state) is { } forward)
            {
                state.Untold.Remove(forward);
                Statement said = forward.Owner < 0 ? forward : forward.Within(DomainOf(state, forward.Owner));
                ulong[] before = DomainOf(state, said.Target), after = Bits.Intersection(before, said.Allowed);
                steps.Add(new Step(wording.Sentence(said, OwnersOf(state, said)) + wording.Effect(said, before, after), said.Target, [said.Owner, .. NamesOf(said)]));
                Speak(state, said.Target, after);
            }
            else if (NextBackward(state) is { } backward)
            {
                state.Untold.Remove(backward);
                ulong[] owners = Bits.Intersection(DomainOf(state, backward.Owner), backward.Candidates);
                Statement said = backward.Within(owners);
                ulong[] after = Bits.Difference(DomainOf(state, backward.Owner), owners);
                steps.Add(new Step(wording.Sentence(said, owners) + wording.Exclusion(said.Owner, after), said.Owner, [said.Target, .. NamesOf(said)]));
                Speak(state, said.Owner, after);
            }
            else
            {
                lines.AddRange(steps.Select(step => indent + step.Line));
                TellCases(state, lines, indent);
                return;
            }

            if (Bits.IsEmpty(DomainOf(state, state.LastName)))
            {
                lines.AddRange(NeededFor(state.LastName, steps).Select(step => indent + step.Line));
                return;
            }
        }
    }

    private static IEnumerable<int> NamesOf(Statement statement) => statement.Conditions.Select(condition => condition.Name);

    /// <summary>The steps that led to the last one; inside a case, not all do.</summary>
    private static List<Step> NeededFor(int name, List<Step> steps)
    {
        var names = new HashSet<int> { name };
        var needed = new List<Step>();
        foreach (Step step in Enumerable.Reverse(steps).Where(step => names.Contains(step.Name)))
        {
            names.UnionWith(step.RestsOn);
            needed.Add(step);
        }

        needed.Reverse();
        return needed;
    }

    /// <summary>No statement concludes anything alone: one name is tried candidate by candidate.</summary>
    private void TellCases(State state, List<string> lines, string indent)
    {
        int name = state.Domains.Keys.Where(name => !Bits.Contains(state.Domains[name], absentOf(name)) && Bits.Count(state.Domains[name]) > 1)
            .OrderBy(name => Bits.Count(state.Domains[name])).ThenBy(name => state.Spoken.IndexOf(name)).FirstOrDefault(-1);
        if (name < 0)
        {
            lines.AddRange(state.Untold.Select(statement => indent + wording.Sentence(statement, statement.Candidates)));
            return;
        }

        List<int> candidates = Bits.Members(state.Domains[name]);
        foreach (int candidate in candidates.Take(MaximumCases))
        {
            if (lines.Count > MaximumLines)
            {
                return;
            }

            State one = state.Copy();
            ulong[] only = new ulong[state.Domains[name].Length];
            only[candidate >> 6] = 1UL << candidate;
            Speak(one, name, only);
            lines.Add($"{indent}with {wording.Some(name, only)}:");
            Tell(one, lines, indent + "  ");
        }

        if (candidates.Count > MaximumCases)
        {
            lines.Add($"{indent}and so on for {candidates.Count - MaximumCases} more of {wording.Name(name)}");
        }
    }

    /// <summary>
    /// A statement whose premise is established and that says something new: best about the name just spoken of, else about the name spoken of last;
    /// then what was asked for and what is fixed.
    /// </summary>
    private Statement? NextForward(State state)
    {
        Statement? best = null;
        int bestRank = -1;
        foreach (Statement statement in state.Untold)
        {
            if (!IsEstablished(state, statement) || Bits.IsSubset(DomainOf(state, statement.Target), statement.Allowed))
            {
                continue;
            }

            int rank = 1;
            if (statement.Owner >= 0)
            {
                rank = 3 + state.Spoken.LastIndexOf(statement.Owner);
            }
            else if (statement.Fact is not Fact.Wish)
            {
                rank = state.Domains.ContainsKey(statement.Target) ? 2 : 0;
            }

            if (rank > bestRank)
            {
                (best, bestRank) = (statement, rank);
            }
        }

        return best;
    }

    private bool IsEstablished(State state, Statement statement) =>
        (statement.Owner < 0 || Bits.IsSubset(DomainOf(state, statement.Owner), statement.Candidates))
        && statement.Conditions.All(condition => Bits.IsSubset(DomainOf(state, condition.Name), condition.Values));

    /// <summary>A statement that cannot be met, so that its owner's candidates are out.</summary>
    private Statement? NextBackward(State state) =>
        state.Untold.FirstOrDefault(statement => statement.Owner >= 0
            && !Bits.Overlap(DomainOf(state, statement.Target), statement.Within(DomainOf(state, statement.Owner)).Allowed)
            && Bits.Overlap(DomainOf(state, statement.Owner), statement.Candidates)
            && statement.Conditions.All(condition => Bits.IsSubset(DomainOf(state, condition.Name), condition.Values)));

    private ulong[] DomainOf(State state, int name) =>
        state.Domains.TryGetValue(name, out ulong[]? domain) ? domain : Bits.All(absentOf(name) + 1);

    private ulong[] OwnersOf(State state, Statement statement) =>
        statement.Owner < 0 ? [] : Bits.Intersection(DomainOf(state, statement.Owner), statement.Candidates);

    private static void Speak(State state, int name, ulong[] domain)
    {
        state.Domains[name] = domain;
        state.LastName = name;
        state.Spoken.Add(name);
    }
}
