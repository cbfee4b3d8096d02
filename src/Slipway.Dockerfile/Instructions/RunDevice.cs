namespace Slipway.Dockerfile;

/// <summary>A CDI device asked for by <c>RUN --device</c>.</summary>
public sealed record RunDevice(string Name, bool Required)
{
    /// <exception cref="FormatException">The value is malformed.</exception>
    public static RunDevice Parse(string value) => throw new NotImplementedException();
}
