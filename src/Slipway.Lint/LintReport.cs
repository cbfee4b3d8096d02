using Slipway.Foundation.Text;

namespace Slipway.Lint;

/// <summary>What a check found.</summary>
/// <param name="Warnings">Findings of the rules, by line and then detail.</param>
/// <param name="Errors">What keeps the file from being built or checked further; among them, with <c># check=error=true</c>, the warnings as one error.</param>
public sealed record LintReport(IReadOnlyList<LintWarning> Warnings, IReadOnlyList<Diagnostic> Errors)
{
    /// <summary>Errors and warnings.</summary>
    public IReadOnlyList<Diagnostic> Diagnostics => [.. Errors, .. Warnings.Select(w => w.ToDiagnostic())];
}
