using System.Globalization;
using Slipway.Dockerfile;
using Slipway.Images.Store;

namespace Slipway.Cli.Commands.Store;

/// <summary>Reads <c>--filter</c> of the prune commands, written as docker has them.</summary>
internal static class PruneFilters
{
    public static PruneOptions Read(IEnumerable<string> filters, TimeProvider clock)
    {
        var options = new PruneOptions();
        List<Func<IReadOnlyDictionary<string, string>, bool>> labels = [];
        foreach (string filter in filters)
        {
            bool isNot = filter.StartsWith("label!=", StringComparison.Ordinal);
            KeyValuePair<string, string> pair = isNot ? new("label", filter["label!=".Length..]) : Values.Pair("--filter", filter);
            switch (pair.Key)
            {
                case "until" or "unused-for":
                    options = options with { MinimumAge = Age(pair.Value, clock) };
                    break;
                case "label":
                    labels.Add(found => Has(found, pair.Value) != isNot);
                    break;
                default:
                    throw new UsageException("bad-filter", $"--filter {filter}: there is no filter {pair.Key}", "there are until=, label= and label!=");
            }
        }

        // The cache has no labels, so a filter by label is about images alone.
        return labels.Count == 0 ? options : options with { Labels = found => labels.All(label => label(found)), KeepCache = true };
    }

    private static bool Has(IReadOnlyDictionary<string, string> labels, string wanted)
    {
        int equals = wanted.IndexOf('=', StringComparison.Ordinal);
        return labels.TryGetValue(equals < 0 ? wanted : wanted[..equals], out string? value) && (equals < 0 || value == wanted[(equals + 1)..]);
    }

    // A duration, seconds since 1970, or a date with or without a time (in UTC).
    private static TimeSpan Age(string text, TimeProvider clock)
    {
        DateTimeOffset now = clock.GetUtcNow();
        if (double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double seconds) && seconds is > 0 and < 1L << 37)
        {
            return Positive(now - DateTimeOffset.UnixEpoch.AddSeconds(seconds));
        }

        if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out DateTimeOffset time) && text.Contains('-', StringComparison.Ordinal))
        {
            return Positive(now - time);
        }

        try
        {
            return Positive(TimeSpan.FromMicroseconds(GoDuration.Parse(text) / 1000.0));
        }
        catch (FormatException)
        {
            throw new UsageException("bad-filter", $"--filter until={text}: not a duration or time", "write a duration such as 24h or 30m, seconds since 1970, or a time such as 2026-11-21T08:00:00");
        }

        TimeSpan Positive(TimeSpan age) => age > TimeSpan.Zero ? age : throw new UsageException("bad-filter", $"--filter until={text}: this is not in the past");
    }
}
