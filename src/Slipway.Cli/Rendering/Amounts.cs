using Slipway.Foundation.Text;

namespace Slipway.Cli.Rendering;

/// <summary>Sizes and times as people read them.</summary>
internal static class Amounts
{
    /// <summary>Decimal units with three digits, as docker prints sizes: <c>12.3MB</c>.</summary>
    public static string Bytes(long bytes) => ByteText.Of(bytes);

    /// <summary><c>0.3s</c>, <c>59.9s</c>, <c>2m 05s</c>, <c>1h 02m 05s</c>.</summary>
    public static string Time(TimeSpan time) => time.TotalSeconds < 60
        ? $"{Math.Floor(time.TotalSeconds * 10) / 10:0.0}s"
        : time.TotalHours < 1 ? $"{time.Minutes}m {time.Seconds:00}s" : $"{(int)time.TotalHours}h {time.Minutes:00}m {time.Seconds:00}s";

    /// <summary>How long ago something was, as docker says it: <c>3 hours ago</c>.</summary>
    public static string Ago(TimeSpan age) => age switch
    {
        { TotalSeconds: < 1 } => "just now",
        { TotalMinutes: < 1 } => Count((int)age.TotalSeconds, "second"),
        { TotalHours: < 1 } => Count((int)age.TotalMinutes, "minute"),
        { TotalDays: < 1 } => Count((int)age.TotalHours, "hour"),
        { TotalDays: < 14 } => Count((int)age.TotalDays, "day"),
        { TotalDays: < 60 } => Count((int)(age.TotalDays / 7), "week"),
        { TotalDays: < 730 } => Count((int)(age.TotalDays / 30), "month"),
        _ => Count((int)(age.TotalDays / 365), "year"),
    };

    private static string Count(int number, string unit) => $"{number} {unit}{(number == 1 ? "" : "s")} ago";
}
