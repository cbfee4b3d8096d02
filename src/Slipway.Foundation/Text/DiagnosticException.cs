namespace Slipway.Foundation.Text;

/// <summary>
/// Ends the work because of a user's mistakes; the command line prints the diagnostics and exits with 1.
/// Anything else that is thrown is a bug or broken bytes.
/// </summary>
public sealed class DiagnosticException : Exception
{
    public DiagnosticException(IReadOnlyList<Diagnostic> diagnostics)
        : base(string.Join('\n', diagnostics)) => Diagnostics = diagnostics;

    public DiagnosticException(Diagnostic diagnostic)
        : this([diagnostic])
    {
    }

    /// <summary>A mistake that is not in a file: a code, what is wrong, and what to do.</summary>
    public DiagnosticException(string code, string message, string? help = null)
        : this(new Diagnostic(Severity.Error, code, message, Help: help))
    {
    }

    /// <summary>At least one, in the order of the text.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics { get; }
}
