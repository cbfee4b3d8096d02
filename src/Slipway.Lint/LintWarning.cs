using Slipway.Foundation.Text;

namespace Slipway.Lint;

/// <summary>A finding of a rule.</summary>
/// <param name="Rule">The rule's name, such as <c>UndefinedVar</c>.</param>
/// <param name="Description">What the rule asks for.</param>
/// <param name="Url">Where it is explained.</param>
/// <param name="Detail">What was found.</param>
/// <param name="Level">How serious: 1 for all rules today.</param>
/// <param name="Source">The file.</param>
/// <param name="Span">The place.</param>
/// <param name="Line">The line, counted from 1.</param>
public sealed record LintWarning(
    string Rule, string Description, string Url, string Detail, int Level, SourceText Source, TextSpan Span, int Line)
{
    public Diagnostic ToDiagnostic() => new(Severity.Warning, Rule, Detail, Source, Span, $"see {Url}");
}
