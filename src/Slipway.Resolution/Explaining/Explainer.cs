using Slipway.Resolution.Engine;
using Slipway.Resolution.Searching;

namespace Slipway.Resolution.Explaining;

/// <summary>Turns a proof that there is no solution into sentences.</summary>
internal sealed class Explainer(IPackageProvider provider, RuleEngine engine, Knowledge knowledge, IReadOnlyList<RuleOrigin> origins)
{
    public Explanation Explain(List<int> rules)
    {
        Fact[] facts = [.. rules.Select(FactOf)];
        return new Explanation([.. facts.Select(Sentence)], [], facts);
    }

    private Fact FactOf(int rule)
    {
        int number = engine.OriginOf(rule);
        if (number == RuleEngine.ShadowOrigin)
        {
            Literal shadow = engine.LiteralsOf(rule)[0], body = engine.LiteralsOf(rule)[1];
            return knowledge.ListOf(shadow.Name).ShadowOf is null
                ? new Fact.Shadows(knowledge.IdOf(body.Name), knowledge.IdOf(shadow.Name))
                : new Fact.Shadows(knowledge.IdOf(shadow.Name), knowledge.IdOf(body.Name));
        }

        RuleOrigin origin = origins[number];
        return origin.Kind switch
        {
            OriginKind.Wish => new Fact.Wish(origin.Index, origin.Dependency),
            OriginKind.Given => new Fact.Given(origin.Index, origin.Dependency.Set),
            OriginKind.Excluded => new Fact.Excluded(knowledge.IdOf(origin.Owner), CandidatesOf(origin), origin.Reason!),
            _ => new Fact.Depends(knowledge.IdOf(origin.Owner), CandidatesOf(origin), origin.Dependency),
        };
    }

    private List<int> CandidatesOf(RuleOrigin origin)
    {
        var candidates = new List<int>();
        var set = new CandidateSet(engine.SetWords, origin.Candidates, engine.AbsentOf(origin.Owner));
        for (int i = set.First; i >= 0; i = set.Next(i))
        {
            candidates.Add(i);
        }

        return candidates;
    }

    private string Sentence(Fact fact) => fact switch
    {
        Fact.Wish wish => $"{provider.Describe(wish.Dependency.Set)} is asked for",
        Fact.Given given => $"the target has {provider.Describe(given.Set)}",
        Fact.Depends depends => $"{provider.Describe(depends.Name, depends.Candidates)} needs {provider.Describe(depends.Dependency.Set)}",
        Fact.Excluded excluded => $"{provider.Describe(excluded.Name, excluded.Candidates)} is excluded: {excluded.Reason}",
        Fact.Shadows shadows => $"{provider.Describe(shadows.Name)} is a part of {provider.Describe(shadows.Base)}",
        _ => throw new ArgumentOutOfRangeException(nameof(fact)),
    };
}
