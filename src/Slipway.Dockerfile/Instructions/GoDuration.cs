namespace Slipway.Dockerfile;

/// <summary>Durations such as <c>1m30s</c>, <c>1.5h</c>, <c>300ms</c>.</summary>
public static class GoDuration
{
    /// <summary>Nanoseconds.</summary>
    /// <exception cref="FormatException">Not a duration, or out of 64 bits.</exception>
    public static long Parse(string text) => throw new NotImplementedException();
}
