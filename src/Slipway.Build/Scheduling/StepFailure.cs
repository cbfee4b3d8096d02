using Slipway.Build.Graph;
using Slipway.Foundation.Files;
using Slipway.Foundation.Text;

namespace Slipway.Build.Scheduling;

/// <summary>Gives what goes wrong with the machine while a step works the step's place, and says what to do.</summary>
internal static class StepFailure
{
    /// <returns>The same exception when there is nothing to add.</returns>
    public static Exception Explain(Exception e, StepOrigin origin) => e switch
    {
        DiagnosticException { Diagnostics: [{ Code: DiskSpace.FullCode, Source: null } full] } => new DiagnosticException(full with { Source = origin.Source, Span = origin.Span }),
        _ when DiskSpace.IsUsedUp(e) => origin.Error(
            "disk-full", $"there is no space left on the disk: {e.Message}",
            "free some space (for example with \"slipway system prune\") or put the store on another disk with --root; nothing half-written was left"),
        InvalidDataException => origin.Error(
            "damaged-store", e.Message, "files of the store were changed from outside: pull, load or build the image again"),
        FileNotFoundException => origin.Error("not-in-store", e.Message, "pull, load or build the image again"),
        IOException or UnauthorizedAccessException => origin.Error("failed", e.Message),
        _ => e,
    };
}
