namespace Slipway.Build.Progress;

/// <summary>Hears nothing: for <c>--quiet</c> and for tests.</summary>
public sealed class SilentProgress : IBuildProgress
{
    public static SilentProgress Instance { get; } = new();

    public void Report(BuildEvent e)
    {
    }
}
