namespace Slipway.Dockerfile;

public static class StopSignal
{
    /// <summary>Accepts a number or a name with or without SIG, and gives back what was written.</summary>
    /// <exception cref="FormatException">No such signal.</exception>
    public static string Parse(string value) => throw new NotImplementedException();
}
