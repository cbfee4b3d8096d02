namespace Slipway.Resolution;

/// <summary>Says some versions of a package in few words.</summary>
public static class RangeText
{
    private const int MostRanges = 4;

    /// <summary>For instance <c>1.20 to 1.25.2, 2.0</c>: neighbours among the versions that exist become a range.</summary>
    /// <param name="versions">All that exist, in ascending order.</param>
    /// <param name="isWanted">Those to be said.</param>
    public static string Of<T>(IEnumerable<T> versions, Predicate<T> isWanted)
        where T : class
    {
        List<(T First, T Last)> ranges = [];
        bool open = false;
        foreach (T version in versions)
        {
            bool wanted = isWanted(version);
            if (wanted && open)
            {
                ranges[^1] = (ranges[^1].First, version);
            }
            else if (wanted)
            {
                ranges.Add((version, version));
            }

            open = wanted;
        }

        string rest = ranges.Count > MostRanges ? $" and {ranges.Count - MostRanges} more ranges" : "";
        return string.Join(", ", ranges.Take(MostRanges).Select(r => ReferenceEquals(r.First, r.Last) ? $"{r.First}" : $"{r.First} to {r.Last}")) + rest;
    }
}
