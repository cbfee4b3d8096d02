namespace Slipway.Foundation.Text;

/// <summary>How much a diagnostic matters: an error ends the work, a warning does not.</summary>
public enum Severity
{
    Warning,
    Error,
}

/// <summary>
/// What a person did wrong, where, and what to do about it.
/// </summary>
/// <param name="Severity">Error or warning.</param>
/// <param name="Code">A stable short name such as <c>unknown-instruction</c>, or a BuildKit check name such as <c>UndefinedVar</c>.</param>
/// <param name="Message">One sentence: what is wrong and what was expected.</param>
/// <param name="Source">The file, or null when the mistake is not in a file.</param>
/// <param name="Span">Where in the file.</param>
/// <param name="Help">What to do, as one sentence; null when the message already says it.</param>
public sealed record Diagnostic(
    Severity Severity,
    string Code,
    string Message,
    SourceText? Source = null,
    TextSpan Span = default,
    string? Help = null)
{
    /// <summary>Where the span starts, or null without a file.</summary>
    public TextPosition? Position => Source?.PositionAt(Span.Start);

    /// <summary>The plain one-line form <c>file:line:column: error: message [code]</c>, with the help on a line of its own.</summary>
    public override string ToString()
    {
        string place = Position is { } p ? $"{Source!.Path}:{p.Line}:{p.Column}: " : "";
        string kind = Severity == Severity.Error ? "error" : "warning";
        string help = Help is null ? "" : $"\n  help: {Help}";
        return $"{place}{kind}: {Message} [{Code}]{help}";
    }
}
