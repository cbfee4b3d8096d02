namespace Slipway.Dockerfile;

public static class IgnoreFile
{
    /// <summary>The patterns of a <c>.dockerignore</c>, comments and empty lines dropped, cleaned as its rules say.</summary>
    public static IReadOnlyList<string> Parse(string content) => throw new NotImplementedException();
}
