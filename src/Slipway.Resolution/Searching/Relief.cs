namespace Slipway.Resolution.Searching;

/// <summary>Looks for what would help when there is no solution: another version for one of the wishes, or one wish less.</summary>
internal static class Relief
{
    /// <summary>With more wishes in a contradiction, none of them is much of a hint.</summary>
    private const int MaximumWishes = 8;

    private const int MaximumHints = 3;

    private const int MaximumConflicts = 1000;

    /// <summary>
    /// For each wish of the contradiction which version a solution has when it may be any, or when the wish is left out. Only where no such solution has anything of the name is it said that there
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
            Dependency wish = request.Wishes[index];
            if (wish.Kind == DependencyKind.Requires && provider.AnyOf(provider.NameOf(wish.Set)) is { } any && any != wish.Set
                && await SolveAsync([.. request.Wishes.Select((other, i) => i == index ? wish with { Set = any } : other)]) is { } looser)
            {
                AddInstead(wish, looser);
            }
            else if (await SolveAsync([.. request.Wishes.Where((_, i) => i != index)]) is { } less && !AddInstead(wish, less) && wishes.Length > 1)
            {
                none.Add($"there is a solution without {provider.Describe(wish.Set)}");
            }
        }

        return other.Count > 0 ? other : [.. none.Take(MaximumHints)];

        ValueTask<Solution?> SolveAsync(Dependency[] wishes) => Solver.TryAsync(provider, request with { Wishes = wishes, MaximumConflicts = MaximumConflicts }, cancellationToken);

        bool AddInstead(Dependency wish, Solution solution)
        {
            foreach (Pick pick in solution.Picks)
            {
                if (pick.Name == provider.NameOf(wish.Set))
                {
                    other.Add($"there is a solution with {provider.Describe(pick.Name, [pick.Candidate])} instead of {provider.Describe(wish.Set)}");
                    return true;
                }
            }

            return false;
        }
    }
}
