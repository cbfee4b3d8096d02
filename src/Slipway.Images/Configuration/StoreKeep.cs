using System.Globalization;
using Slipway.Foundation.Text;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Configuration;

/// <summary>How large the store may become.</summary>
/// <param name="Bytes">So many bytes; null when it is a share.</param>
/// <param name="Percent">So many hundredths of the disk; null when it is bytes.</param>
/// <param name="Mark">Where it was decided.</param>
public sealed record StoreKeep(long? Bytes, double? Percent, ConfigMark Mark)
{
    /// <summary>The budget on a disk of that size; null: there is none.</summary>
    public long? On(long diskBytes) => Bytes ?? (Percent is { } percent ? (long)(diskBytes * percent / 100) : null);

    public override string ToString() => Bytes is { } bytes ? bytes.ToString(CultureInfo.InvariantCulture) : Percent is { } percent ? percent.ToString(CultureInfo.InvariantCulture) + "%" : "off";

    /// <summary>Reads <c>50GB</c>, <c>20%</c> or <c>off</c>; null when it is none of them.</summary>
    internal static StoreKeep? TryParse(string text, ConfigMark mark) =>
        text == "off" ? new StoreKeep(null, null, mark)
        : text.EndsWith('%') ? (TryNumber(text[..^1].TrimEnd(), out double percent) && percent <= 100 ? new StoreKeep(null, percent, mark) : null)
        : ByteSize.TryParse(text, out long bytes) ? new StoreKeep(bytes, null, mark)
        : null;

    private static bool TryNumber(string text, out double value) =>
        double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out value) && value > 0;
}
