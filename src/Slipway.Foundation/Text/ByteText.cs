namespace Slipway.Foundation.Text;

/// <summary>Sizes as people read them.</summary>
public static class ByteText
{
    private static readonly string[] Units = ["B", "kB", "MB", "GB", "TB", "PB"];

    /// <summary>Decimal units with three digits, as docker prints sizes: <c>12.3MB</c>.</summary>
    public static string Of(long bytes)
    {
        double value = bytes;
        int unit = 0;
        while (value >= 999.5 && unit < Units.Length - 1)
        {
            value /= 1000;
            unit++;
        }

        string number = unit == 0 || value >= 99.95 ? $"{value:0}" : value >= 9.995 ? $"{value:0.#}" : $"{value:0.##}";
        return number + Units[unit];
    }
}
