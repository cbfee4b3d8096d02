namespace Slipway.Resolution;

/// <summary>What a solution has to have.</summary>
/// <param name="Wishes">
/// What the user asked for, in the user's order, which is the order of importance. <see cref="DependencyKind.Constrains"/> makes a pin: it narrows, and asks for nothing.
/// </param>
public sealed record SolveRequest(IReadOnlyList<Dependency> Wishes)
{
    /// <summary>
    /// Facts of the target (virtual packages such as <c>__glibc</c>, the interpreter's version): names that are there whatever was asked for, each with the set that says which
    /// candidate. They are part of the solution, and an explanation never suggests changing them.
    /// </summary>
    public IReadOnlyList<VersionSetId> Given { get; init; } = [];

    /// <summary>The search gives up after so many conflicts; null: it goes on until it has an answer.</summary>
    public int? MaximumConflicts { get; init; }
}
