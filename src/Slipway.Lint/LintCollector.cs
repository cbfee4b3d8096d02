using Slipway.Dockerfile;
using Slipway.Foundation.Text;

namespace Slipway.Lint;

/// <summary>Gathers findings; leaves out those the file asks not to be told.</summary>
internal sealed class LintCollector(CheckOptions options)
{
    private readonly List<LintWarning> _warnings = [];
    private readonly List<Diagnostic> _errors = [];

    public void Add(LintRule rule, Instruction instruction, string detail) => Add(rule, instruction.Syntax, instruction.StartLine, detail);

    public void Add(LintRule rule, InstructionSyntax syntax, int line, string detail)
    {
        if (options.Allows(rule) && !Above(syntax).Skips(rule))
        {
            TextSpan span = line == syntax.StartLine ? syntax.Span : new TextSpan(syntax.Source.LineStart(line), syntax.Source.Line(line).Length);
            _warnings.Add(new LintWarning(rule.Name, rule.Description, rule.Url, detail, Level: 1, syntax.Source, span, line));
        }
    }

    public void AddError(Diagnostic error) => _errors.Add(error);

    public LintReport ToReport(SourceText source)
    {
        LintWarning[] warnings = [.. _warnings.Distinct().OrderBy(w => w.Line).ThenBy(w => w.Detail, StringComparer.Ordinal)];
        if (options.ReturnAsError && warnings.Length > 0)
        {
            string rules = string.Join(", ", warnings.Select(w => w.Rule).Distinct().Order(StringComparer.Ordinal));
            _errors.Add(new Diagnostic(
                Severity.Error, "check-failed", $"lint violation found for rules: {rules}", source, warnings[0].Span, "the file's check=error=true turns warnings into an error"));
        }

        return new LintReport(warnings, _errors);
    }

    /// <summary>The options of a <c># check=</c> comment directly above an instruction.</summary>
    private static CheckOptions Above(InstructionSyntax syntax)
    {
        foreach (string comment in syntax.Comments)
        {
            if (comment.StartsWith("check=", StringComparison.OrdinalIgnoreCase))
            {
                try
                {
                    return CheckOptions.Parse(comment["check=".Length..]);
                }
                catch (FormatException)
                {
                    return CheckOptions.None; // An ordinary comment that happens to start so
                }
            }
        }

        return CheckOptions.None;
    }
}
