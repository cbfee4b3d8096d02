using Slipway.Build.Progress;

namespace Slipway.Cli.Commands.Images;

/// <summary>Passes on what happens, and remembers whether a person was warned.</summary>
internal sealed class WarningWatch(IBuildProgress progress) : IBuildProgress
{
    private volatile bool _hasWarned;

    public bool HasWarned => _hasWarned;

    public void Report(BuildEvent e)
    {
        _hasWarned |= e is BuildWarning;
        progress.Report(e);
    }
}
