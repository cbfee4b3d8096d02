namespace Slipway.Resolution.Searching;

/// <summary>Looks for what would help when there is no solution: one wish less.</summary>
internal static class Relief
{
    /// <summary>With more wishes in a contradiction, none of them is much of a hint.</summary>
    private const int MaximumWishes = 8;

    private const int MaximumHints = 3;

    private const int MaximumConflicts = 1000;

    /// <summary>
    /// For each wish of the contradiction what a solution without it has of its name. Only where no such solution has anything of the name is it said that there
    /// is one without. The wishes named last come first: they matter least.
    /// </summary>
    public static async ValueTask<List<string>> FindAsync(IPackageProvider provider, SolveRequest request, Explanation explanation, CancellationToken cancellationToken)
    {
        List<string> other = [], none = [];
        int[] wishes = [.. explanation.Facts.OfType<Fact.Wish>().Select(wish => wish.Index).Distinct().OrderDescending()];
        if (wishes.Length > MaximumWishes)
        {
            return other;
        }

        foreach (int index in wishes.TakeWhile(_ => other.Count < MaximumHints))
        {
            SolveRequest less = request with { Wishes = [.. request.Wishes.Where((_, i) => i != index)], MaximumConflicts = MaximumConflicts };
            if (await new Search(provider, less, explains: false).RunAsync(cancellationToken) is Solution solution)
            {
                VersionSetId set = request.Wishes[index].Set;
                Pick[] instead = [.. solution.Picks.Where(pick => pick.Name == provider.NameOf(set))];
                if (instead.Length > 0)
                {
                    other.Add($"there is a solution with {provider.Describe(instead[0].Name, [instead[0].Candidate])} instead of {provider.Describe(set)}");
                }
                else if (wishes.Length > 1)
                {
                    none.Add($"there is a solution without {provider.Describe(set)}");
                }
            }
        }

        return other.Count > 0 ? other : [.. none.Take(MaximumHints)];
    }
}
