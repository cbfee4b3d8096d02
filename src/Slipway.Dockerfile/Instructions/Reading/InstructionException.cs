using Slipway.Foundation.Text;

namespace Slipway.Dockerfile;

/// <summary>Ends the reading of one instruction; the document turns it into a diagnostic and goes on with the next one.</summary>
internal sealed class InstructionException(string code, string message, TextSpan? span = null, string? help = null) : Exception(message)
{
    public string Code { get; } = code;

    /// <summary>Null: the whole instruction.</summary>
    public TextSpan? Span { get; } = span;

    public string? Help { get; } = help;

    public Diagnostic ToDiagnostic(InstructionSyntax syntax) =>
        new(Severity.Error, Code, Message, syntax.Source, Span ?? syntax.Span, Help);
}
