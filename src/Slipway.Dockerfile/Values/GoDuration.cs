using System.Buffers;
using System.Globalization;

namespace Slipway.Dockerfile;

/// <summary>Durations such as <c>1m30s</c>, <c>1.5h</c>, <c>300ms</c>.</summary>
public static class GoDuration
{
    private static readonly SearchValues<char> NumberCharacters = SearchValues.Create("0123456789.");

    /// <summary>Nanoseconds.</summary>
    /// <exception cref="FormatException">Not a duration, or out of 64 bits.</exception>
    public static long Parse(string text)
    {
        ReadOnlySpan<char> rest = text;
        bool isNegative = rest.StartsWith("-");
        rest = rest.StartsWith("-") || rest.StartsWith("+") ? rest[1..] : rest;
        if (rest is "0")
        {
            return 0;
        }

        decimal total = 0;
        bool any = false;
        while (rest.Length > 0)
        {
            total += ReadPart(ref rest, text);
            any = true;
        }

        return any && total <= long.MaxValue
            ? (long)(isNegative ? -total : total)
            : throw new FormatException($"time: invalid duration \"{text}\"");
    }

    private static decimal ReadPart(ref ReadOnlySpan<char> rest, string text)
    {
        int digits = rest.IndexOfAnyExcept(NumberCharacters);
        if (digits <= 0 || !decimal.TryParse(rest[..digits], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out decimal number) || number > long.MaxValue)
        {
            string why = digits < 0 ? "missing unit in duration" : "invalid duration";
            throw new FormatException($"time: {why} \"{text}\"");
        }

        rest = rest[digits..];
        int end = rest.IndexOfAny(NumberCharacters);
        ReadOnlySpan<char> unit = end < 0 ? rest : rest[..end];
        rest = rest[unit.Length..];
        return number * Nanoseconds(unit, text);
    }

    private static decimal Nanoseconds(ReadOnlySpan<char> unit, string text) => unit switch
    {
        "ns" => 1m,
        "us" or "µs" or "μs" => 1_000m,
        "ms" => 1_000_000m,
        "s" => 1_000_000_000m,
        "m" => 60_000_000_000m,
        "h" => 3_600_000_000_000m,
        _ => throw new FormatException($"time: unknown unit \"{unit}\" in duration \"{text}\""),
    };
}
