using Slipway.Resolution.Searching;

namespace Slipway.Resolution.Explaining;

/// <summary>The words of an explanation.</summary>
internal sealed class Wording(IPackageProvider provider, Knowledge knowledge, SolveRequest request)
{
    /// <summary>So many different requirements of one name on another are quoted; more are given as the versions that they come to.</summary>
    private const int MaximumQuoted = 2;

    public string Name(int name) => provider.Describe(knowledge.IdOf(name));

    /// <summary>Some candidates of a name; the value for absence is passed over.</summary>
    public string Some(int name, ReadOnlySpan<ulong> values)
    {
        List<int> candidates = CandidatesIn(name, values);
        int count = knowledge.ListOf(name).Count;
        return candidates.Count == count && count > 1 ? $"every {Name(name)}" : provider.Describe(knowledge.IdOf(name), candidates);
    }

    /// <summary>The statement's fact, said of these of its owner's candidates.</summary>
    public string Sentence(Statement statement, ReadOnlySpan<ulong> owners) => statement.Fact switch
    {
        Fact.Wish { Dependency: { Kind: DependencyKind.Requires } wish } => $"{provider.Describe(wish.Set)} is asked for{When(statement)}",
        Fact.Wish pin => $"only {provider.Describe(pin.Dependency.Set)} is allowed{When(statement)}",
        Fact.Given => $"the target has {Some(statement.Target, statement.Allowed)}",
        Fact.Excluded excluded => $"{Some(statement.Target, Bits.Difference(Bits.All(knowledge.ListOf(statement.Target).Count + 1), statement.Allowed))} is excluded: {excluded.Reason}",
        Fact.Shadows => $"{Some(statement.Owner, owners)} comes with {Name(statement.Target)} in the same version",
        Fact.Depends { Dependency.Kind: DependencyKind.Requires } => $"{Some(statement.Owner, owners)} needs {Targets(statement)}{When(statement)}",
        Fact.Depends => $"{Some(statement.Owner, owners)} only goes with {Targets(statement)}{When(statement)}",
        _ => throw new ArgumentOutOfRangeException(nameof(statement)),
    };

    /// <summary>What a sentence does to the values of its target, to follow it.</summary>
    public string Effect(Statement statement, ReadOnlySpan<ulong> before, ReadOnlySpan<ulong> after)
    {
        int name = statement.Target;
        int count = knowledge.ListOf(name).Count;
        if (!Bits.IsEmpty(after))
        {
            bool isNews = statement.Fact is Fact.Excluded || (Bits.Count(before) <= count && !Bits.IsSubset(Bits.Without(statement.Allowed, count), after));
            return isNews ? ", which leaves " + Left(name, after) : "";
        }

        if (count == 0)
        {
            return statement.Fact is Fact.Wish ? ", but there is no such package" : $", but there is no {Name(name)}";
        }

        if (request.Given.Where(set => provider.NameOf(set) == knowledge.IdOf(name)).Select(set => (VersionSetId?)set).FirstOrDefault() is { } given)
        {
            return $", but the target has {provider.Describe(knowledge.IdOf(name), knowledge.CandidatesOf(given))}";
        }

        return CandidatesIn(name, statement.Allowed).Count == 0 && statement.Fact is not Fact.Excluded ? $", but no {Name(name)} is that" : $", which leaves no {Name(name)}";
    }

    /// <summary>That candidates which cannot have what they need are out, and what is left.</summary>
    public string Exclusion(int name, ReadOnlySpan<ulong> after) => ", which leaves " + Left(name, after);

    /// <summary>What the provider can advise about requirements that match nothing.</summary>
    public List<string> Hints(IEnumerable<Statement> statements)
    {
        var hints = new List<string>();
        foreach (Statement statement in statements)
        {
            VersionSetId? set = statement.Fact switch
            {
                Fact.Wish { Dependency: { Kind: DependencyKind.Requires } wish } => wish.Set,
                Fact.Depends { Dependency: { Kind: DependencyKind.Requires } dependency } => dependency.Set,
                _ => null,
            };
            if (set is { } unmatched && CandidatesIn(statement.Target, statement.Allowed).Count == 0 && provider.Hint(unmatched) is { } hint && !hints.Contains(hint))
            {
                hints.Add(hint);
            }
        }

        return hints;
    }

    private string Left(int name, ReadOnlySpan<ulong> values) => CandidatesIn(name, values).Count == 0 ? $"no {Name(name)}" : Some(name, values);

    private string Targets(Statement statement)
    {
        List<string> quoted = [];
        foreach (Statement part in statement.Parts.Count == 0 ? [statement] : statement.Parts)
        {
            string text = provider.Describe(((Fact.Depends)part.Fact).Dependency.Set);
            if (!quoted.Contains(text))
            {
                quoted.Add(text);
            }
        }

        return quoted.Count <= MaximumQuoted || CandidatesIn(statement.Target, statement.Allowed).Count == 0
            ? string.Join(" or ", quoted.Take(MaximumQuoted))
            : Some(statement.Target, statement.Allowed);
    }

    private string When(Statement statement) => statement.Conditions.Count == 0
        ? ""
        : " when there is " + string.Join(" and ", statement.Conditions.Select(condition => provider.Describe(condition.Set)));

    private List<int> CandidatesIn(int name, ReadOnlySpan<ulong> values)
    {
        List<int> members = Bits.Members(values);
        members.Remove(knowledge.ListOf(name).Count);
        return members;
    }
}
