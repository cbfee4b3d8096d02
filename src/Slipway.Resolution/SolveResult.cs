namespace Slipway.Resolution;

/// <summary>What a search found: a <see cref="Solution"/>, <see cref="Unsolvable"/> or <see cref="GaveUp"/>.</summary>
/// <param name="Counters">How much work it was; the same request always takes the same.</param>
public abstract record SolveResult(SolveCounters Counters);

/// <summary>A set of candidates that meets the request.</summary>
/// <param name="Picks">Those of the given names first, then in the order in which the search first met the names.</param>
public sealed record Solution(IReadOnlyList<Pick> Picks, SolveCounters Counters) : SolveResult(Counters);

/// <summary>There is no solution, and this is proof.</summary>
/// <param name="Explanation">Why.</param>
public sealed record Unsolvable(Explanation Explanation, SolveCounters Counters) : SolveResult(Counters);

/// <summary>The limit of <see cref="SolveRequest.MaximumConflicts"/> was reached; there may or may not be a solution.</summary>
/// <param name="Contested">The names that took part in most conflicts, the worst first; at most five.</param>
public sealed record GaveUp(IReadOnlyList<NameId> Contested, SolveCounters Counters) : SolveResult(Counters);

/// <summary>One chosen candidate.</summary>
public readonly record struct Pick(NameId Name, int Candidate);

/// <summary>Counters of one search; tests pin them, since a change of theirs is a change of behaviour.</summary>
/// <param name="Decisions">Choices made, those taken back included.</param>
/// <param name="Conflicts">Times that nothing was left for some requirement.</param>
/// <param name="Propagations">Times that a rule narrowed a name.</param>
/// <param name="Learned">Rules concluded from conflicts and kept.</param>
/// <param name="Rules">Rules that came from the request and from dependencies.</param>
/// <param name="Names">Names whose candidates were fetched.</param>
/// <param name="Candidates">Candidates whose dependencies were fetched.</param>
public sealed record SolveCounters(int Decisions, int Conflicts, int Propagations, int Learned, int Rules, int Names, int Candidates);
