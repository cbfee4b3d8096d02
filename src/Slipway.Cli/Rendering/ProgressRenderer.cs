using Slipway.Build.Progress;

namespace Slipway.Cli.Rendering;

/// <summary>
/// Shows a build's events on standard error. Disposing it writes what is not yet written and leaves the terminal
/// as it was; do so before anything else (a diagnostic, say) is printed.
/// </summary>
internal abstract class ProgressRenderer : IBuildProgress, IDisposable
{
    public abstract void Report(BuildEvent e);

    public abstract void Dispose();

    /// <summary>The renderer for this mode on this process's standard error.</summary>
    public static ProgressRenderer Create(ProgressMode mode, Func<string, string?> environment, TimeProvider clock)
    {
        bool terminal = !Console.IsErrorRedirected;
        if (mode == ProgressMode.Auto)
        {
            mode = terminal && !TerminalTraits.IsDumb(environment) ? ProgressMode.Tty : ProgressMode.Plain;
        }

        return mode switch
        {
            ProgressMode.Tty => new TtyProgress(new ErrorTerminal(environment), clock),
            ProgressMode.Json => new JsonProgress(Console.OpenStandardError(), clock),
            _ => new PlainProgress(Console.Error, new DiagnosticRenderer(TerminalTraits.Colour(environment, terminal)), clock, terminal),
        };
    }
}
