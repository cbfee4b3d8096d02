using System.Globalization;

namespace Slipway.Foundation.Text;

/// <summary>Sizes as docker writes them: <c>64m</c>, <c>1g</c>, <c>1048576</c>, <c>1.5GiB</c>; k, m, g and t are powers of 1024.</summary>
public static class ByteSize
{
    /// <summary>The size in bytes.</summary>
    public static bool TryParse(string text, out long bytes)
    {
        string number = text.TrimEnd("bBiI".ToCharArray());
        int shift = number.Length == 0 ? 0 : char.ToLowerInvariant(number[^1]) switch { 'k' => 10, 'm' => 20, 'g' => 30, 't' => 40, _ => 0 };
        string digits = shift == 0 ? number : number[..^1].TrimEnd();
        bool isSize = double.TryParse(digits, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out double value) && value >= 0 && value * (1L << shift) < long.MaxValue;
        bytes = isSize ? (long)(value * (1L << shift)) : 0;
        return isSize;
    }
}
