namespace Slipway.Resolution.Explaining;

/// <summary>
/// One or more rules as a sentence would say them: <i>if the owner is one of these candidates, and the conditions hold, the target is among these values</i>.
/// Sets are over a name's values, of which the last means absence.
/// </summary>
internal sealed record Statement
{
    /// <summary>The fact it says; of a joined one, that of its first part.</summary>
    public required Fact Fact { get; init; }

    /// <summary>What it was joined from, or nothing.</summary>
    public IReadOnlyList<Statement> Parts { get; init; } = [];

    /// <summary>The engine's number of the name that has the dependency, or -1.</summary>
    public int Owner { get; init; } = -1;

    /// <summary>The owner's candidates.</summary>
    public ulong[] Candidates { get; init; } = [];

    /// <summary>Names and what of them has to be present; one alternative of the dependency's condition.</summary>
    public IReadOnlyList<(int Name, ulong[] Values, VersionSetId Set)> Conditions { get; init; } = [];

    public required int Target { get; init; }

    /// <summary>The values that the target may have.</summary>
    public required ulong[] Allowed { get; init; }

    /// <summary>Joins dependencies of one name on another: any owner of any of them, any target of any of them. It follows from them, and says less.</summary>
    public static Statement Join(IReadOnlyList<Statement> parts) => parts.Count == 1 ? parts[0] : parts[0] with
    {
        Parts = parts,
        Candidates = parts.Select(part => part.Candidates).Aggregate((left, right) => Bits.Union(left, right)),
        Allowed = parts.Select(part => part.Allowed).Aggregate((left, right) => Bits.Union(left, right)),
    };

    /// <summary>What it says when the owner can only be one of <paramref name="possible"/>: parts about others are left out.</summary>
    public Statement Within(ReadOnlySpan<ulong> possible)
    {
        var parts = new List<Statement>();
        foreach (Statement part in Parts)
        {
            if (Bits.Overlap(part.Candidates, possible))
            {
                parts.Add(part);
            }
        }

        return parts.Count == 0 ? this : Join(parts);
    }
}
