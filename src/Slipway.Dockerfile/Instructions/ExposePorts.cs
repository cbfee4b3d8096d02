namespace Slipway.Dockerfile;

/// <summary>The words of EXPOSE.</summary>
public static class ExposePorts
{
    /// <summary>The ports such as <c>80/tcp</c>, ranges written out, sorted and each once.</summary>
    /// <exception cref="FormatException">A word is no port.</exception>
    public static IReadOnlyList<string> Parse(IEnumerable<string> words) => throw new NotImplementedException();
}
