namespace Slipway.Resolution;

/// <summary>What a dependency asks for.</summary>
public enum DependencyKind
{
    /// <summary>The name must be there, in one of these versions.</summary>
    Requires,

    /// <summary>The name need not be there; if it is, then in one of these versions (conda's <c>constrains</c>, a pin, a constraints file).</summary>
    Constrains,
}

/// <summary>One dependency of a candidate, or one wish of a request.</summary>
/// <param name="Set">The versions that will do; the set knows its name.</param>
/// <param name="Kind">Whether the name must be there at all.</param>
/// <param name="When">The dependency holds only in solutions that meet this; null: always.</param>
public readonly record struct Dependency(VersionSetId Set, DependencyKind Kind = DependencyKind.Requires, Condition? When = null);

/// <summary>A condition on the solution as a whole: sets of versions joined by and, or.</summary>
public abstract record Condition
{
    private Condition()
    {
    }

    /// <summary>Some version of the set is in the solution.</summary>
    public sealed record Present(VersionSetId Set) : Condition;

    /// <summary>All of them hold.</summary>
    public sealed record All(IReadOnlyList<Condition> Conditions) : Condition;

    /// <summary>At least one of them holds.</summary>
    public sealed record Any(IReadOnlyList<Condition> Conditions) : Condition;

    /// <summary>The condition as a list of alternatives, each a list of sets that must all be present.</summary>
    internal List<List<VersionSetId>> Alternatives()
    {
        switch (this)
        {
            case Present present:
                return [[present.Set]];
            case Any any:
                return [.. any.Conditions.SelectMany(condition => condition.Alternatives())];
            default:
                List<List<VersionSetId>> product = [[]];
                foreach (Condition condition in ((All)this).Conditions)
                {
                    List<List<VersionSetId>> factors = condition.Alternatives();
                    product = [.. product.SelectMany(left => factors.Select(right => (List<VersionSetId>)[.. left, .. right]))];
                }

                return product;
        }
    }
}
