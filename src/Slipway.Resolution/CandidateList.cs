namespace Slipway.Resolution;

/// <summary>What the provider says of a name: its candidates are the numbers from 0 to <paramref name="Count"/> − 1, the best first.</summary>
/// <param name="Count">How many there are; 0 when the name does not exist.</param>
public sealed record CandidateList(int Count)
{
    /// <summary>A name that does not exist.</summary>
    public static CandidateList None { get; } = new(0);

    /// <summary>A candidate to be tried before all others whenever it is allowed, such as the pick of a lock; −1 for none.</summary>
    public int Preferred { get; init; } = -1;

    /// <summary>
    /// True when asking for the dependencies of any candidate costs no I/O. The solver then reads those of all candidates of a name that
    /// got into a conflict, and learns from one failure what is wrong with a whole range of versions.
    /// </summary>
    public bool DependenciesAreLocal { get; init; } = true;

    /// <summary>Candidates that exist and may not be chosen, with a reason for the reader (<c>needs Python 3.13 or newer</c>).</summary>
    public IReadOnlyList<Exclusion> Excluded { get; init; } = [];

    /// <summary>
    /// The name that this one shadows, or null. A name with an extra shadows the name without: both have the same candidates under the same
    /// numbers, the extra's candidate is only ever chosen together with the same candidate of the shadowed name, and brings it along.
    /// </summary>
    public NameId? ShadowOf { get; init; }
}

/// <summary>A candidate that may not be chosen.</summary>
/// <param name="Candidate">Its number.</param>
/// <param name="Reason">Why not, to stand after "… is excluded: ".</param>
public readonly record struct Exclusion(int Candidate, string Reason);

/// <summary>The dependencies of one candidate.</summary>
/// <param name="Dependencies">In the order of the metadata; the order in which names are first asked for breaks ties in the search.</param>
public readonly record struct DependencyList(ReadOnlyMemory<Dependency> Dependencies)
{
    /// <summary>Why the dependencies cannot be known (broken metadata, no build for the target); the candidate is then never chosen. Null when they are known.</summary>
    public string? Unknown { get; init; }
}
