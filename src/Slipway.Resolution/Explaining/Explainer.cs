using Slipway.Resolution.Engine;
using Slipway.Resolution.Searching;

namespace Slipway.Resolution.Explaining;

/// <summary>Turns a proof that there is no solution into sentences: the facts it rests on, fewer of them, then in an order that can be followed.</summary>
internal sealed class Explainer(IPackageProvider provider, RuleEngine engine, Knowledge knowledge, IReadOnlyList<RuleOrigin> origins, SolveRequest request)
{
    public Explanation Explain(List<int> rules, CancellationToken cancellationToken)
    {
        List<Statement> core = new Contradiction(name => engine.AbsentOf(name) + 1).Reduce([.. rules.Select(StatementOf)], cancellationToken);
        var wording = new Wording(provider, knowledge, request);
        List<string> lines = new Narrator(wording, name => engine.AbsentOf(name)).Tell(core);
        Statement[] parts = [.. core.SelectMany(statement => statement.Parts.Count == 0 ? [statement] : statement.Parts)];
        return new Explanation(lines, wording.Hints(parts), [.. parts.Select(part => part.Fact)]);
    }

    private Statement StatementOf(int rule)
    {
        int number = engine.OriginOf(rule);
        if (number == RuleEngine.ShadowOrigin)
        {
            return ShadowStatement(engine.LiteralsOf(rule));
        }

        RuleOrigin origin = origins[number];
        ulong[] candidates = origin.Owner < 0 ? [] : WordsOf(origin.Owner, origin.Candidates);
        if (origin.Kind == OriginKind.Excluded)
        {
            return new Statement
            {
                Fact = new Fact.Excluded(knowledge.IdOf(origin.Owner), Bits.Members(candidates), origin.Reason!),
                Target = origin.Owner,
                Allowed = Bits.Difference(Bits.All(engine.AbsentOf(origin.Owner) + 1), candidates),
            };
        }

        int target = knowledge.Find(origin.Dependency.Set);
        return new Statement
        {
            Fact = origin.Kind switch
            {
                OriginKind.Wish => new Fact.Wish(origin.Index, origin.Dependency),
                OriginKind.Given => new Fact.Given(origin.Index, origin.Dependency.Set),
                _ => new Fact.Depends(knowledge.IdOf(origin.Owner), Bits.Members(candidates), origin.Dependency),
            },
            Owner = origin.Owner,
            Candidates = candidates,
            Conditions = [.. origin.Conditions.Select(set => (knowledge.Find(set), WordsOf(knowledge.Find(set), knowledge.MatchesOf(set, knowledge.Find(set))), set))],
            Target = target,
            Allowed = WordsOf(target, origin.Dependency.Kind == DependencyKind.Requires
                ? knowledge.MatchesOf(origin.Dependency.Set, target)
                : knowledge.MatchesOrAbsentOf(origin.Dependency.Set, target)),
        };
    }

    private Statement ShadowStatement(ReadOnlySpan<Literal> literals)
    {
        bool firstIsShadow = knowledge.ListOf(literals[0].Name).ShadowOf == knowledge.IdOf(literals[1].Name);
        Literal shadow = literals[firstIsShadow ? 0 : 1], body = literals[firstIsShadow ? 1 : 0];
        return new Statement
        {
            Fact = new Fact.Shadows(knowledge.IdOf(shadow.Name), knowledge.IdOf(body.Name)),
            Owner = shadow.Name,
            Candidates = Bits.Difference(Bits.All(engine.AbsentOf(shadow.Name) + 1), WordsOf(shadow.Name, shadow.Set)),
            Target = body.Name,
            Allowed = WordsOf(body.Name, body.Set),
        };
    }

    private ulong[] WordsOf(int name, int set) => engine.SetOf(name, set).ToArray();
}
