using System.Globalization;
using System.Text.RegularExpressions;

namespace Slipway.Dockerfile;

/// <summary>Memory sizes such as <c>64m</c>, <c>1.5GiB</c>: units are powers of 1024.</summary>
public static partial class ByteSize
{
    /// <exception cref="FormatException">No such size.</exception>
    public static long Parse(string text)
    {
        Match match = Form().Match(text);
        if (!match.Success || !double.TryParse(match.Groups[1].ValueSpan, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double number))
        {
            throw new FormatException($"invalid size: '{text}'");
        }

        int power = match.Groups[2].Length == 0 ? 0 : "kmgtp".IndexOf(char.ToLowerInvariant(match.Groups[2].Value[0]), StringComparison.Ordinal) + 1;
        double bytes = number * Math.Pow(1024, power);
        return bytes < long.MaxValue ? (long)bytes : throw new FormatException($"size out of range: '{text}'");
    }

    [GeneratedRegex(@"^([0-9]+(?:\.[0-9]+)?) ?(?:([kKmMgGtTpP])?[iI]?[bB]?)$", RegexOptions.CultureInvariant)]
    private static partial Regex Form();
}
