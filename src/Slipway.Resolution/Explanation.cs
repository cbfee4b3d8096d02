namespace Slipway.Resolution;

/// <summary>Why there is no solution, for a person.</summary>
/// <param name="Lines">The reasoning, a sentence a line, ending with the contradiction. Lines that continue the one above start with two spaces.</param>
/// <param name="Hints">What could be done about it; may be empty.</param>
/// <param name="Facts">What the reasoning rests on: a smallest set of facts that cannot hold together. Taking away any one of them would remove this contradiction.</param>
public sealed record Explanation(IReadOnlyList<string> Lines, IReadOnlyList<string> Hints, IReadOnlyList<Fact> Facts)
{
    public override string ToString() => string.Join('\n', [.. Lines, .. Hints.Select(hint => "hint: " + hint)]);
}

/// <summary>One thing that is so, from the request or from a package's metadata.</summary>
public abstract record Fact
{
    private Fact()
    {
    }

    /// <summary>The wish at this place of <see cref="SolveRequest.Wishes"/>.</summary>
    public sealed record Wish(int Index, Dependency Dependency) : Fact;

    /// <summary>The fact at this place of <see cref="SolveRequest.Given"/>.</summary>
    public sealed record Given(int Index, VersionSetId Set) : Fact;

    /// <summary>All these candidates have this dependency.</summary>
    public sealed record Depends(NameId Name, IReadOnlyList<int> Candidates, Dependency Dependency) : Fact;

    /// <summary>The candidates may not be chosen.</summary>
    public sealed record Excluded(NameId Name, IReadOnlyList<int> Candidates, string Reason) : Fact;

    /// <summary>The name with an extra and the name without are the same package.</summary>
    public sealed record Shadows(NameId Name, NameId Base) : Fact;
}
