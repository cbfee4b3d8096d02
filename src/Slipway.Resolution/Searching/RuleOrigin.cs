namespace Slipway.Resolution.Searching;

internal enum OriginKind
{
    Wish,
    Given,
    Depends,
    Excluded,
}

/// <summary>Where a rule came from.</summary>
/// <param name="Index">The place in the request, for wishes and given facts.</param>
/// <param name="Owner">The engine's number of the name whose candidates have the dependency or are excluded.</param>
/// <param name="Candidates">The engine's set of those candidates; it may grow as long as the search goes on.</param>
/// <param name="Reason">Of an exclusion.</param>
internal sealed record RuleOrigin(OriginKind Kind, int Index, int Owner, int Candidates, Dependency Dependency, string? Reason = null)
{
    /// <summary>The sets that all have to be present for this rule of the dependency to count; there is a rule for each alternative of its condition.</summary>
    public IReadOnlyList<VersionSetId> Conditions { get; init; } = [];
}
