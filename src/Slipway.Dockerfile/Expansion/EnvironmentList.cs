namespace Slipway.Dockerfile;

/// <summary>Environments as image configs hold them: a list of <c>NAME=value</c>.</summary>
public static class EnvironmentList
{
    /// <summary>A lookup over a list: the last entry of a name wins, an entry without <c>=</c> is empty, a name that is not there is null.</summary>
    public static Func<string, string?> ToLookup(IEnumerable<string> list)
    {
        var values = new Dictionary<string, string>(StringComparer.Ordinal);
        foreach (string entry in list)
        {
            int equals = entry.IndexOf('=', StringComparison.Ordinal);
            values[equals < 0 ? entry : entry[..equals]] = equals < 0 ? "" : entry[(equals + 1)..];
        }

        return name => values.GetValueOrDefault(name);
    }
}
