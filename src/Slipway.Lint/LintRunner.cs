using Slipway.Dockerfile;
using Slipway.Foundation.Text;

namespace Slipway.Lint;

/// <summary>Runs BuildKit's build checks over a Dockerfile.</summary>
public static class LintRunner
{
    /// <summary>The build argument that goes before the file's own <c># check=</c>.</summary>
    public const string CheckArgument = "BUILDKIT_DOCKERFILE_CHECK";

    /// <summary>Checks a file. Mistakes that keep it from being built are errors of the report; nothing is thrown for what is written in the file.</summary>
    public static LintReport Run(DockerfileDocument document, LintOptions options)
    {
        CheckOptions checks;
        try
        {
            string? text = options.BuildArguments.GetValueOrDefault(CheckArgument) ?? Directive.Find("check", document.Source.Text)?.Value;
            checks = CheckOptions.Parse(text ?? "");
        }
        catch (FormatException mistake)
        {
            return new LintReport([], [new Diagnostic(Severity.Error, "bad-check", mistake.Message, document.Source, new TextSpan(0, 0))]);
        }

        var found = new LintCollector(checks);
        foreach (LintRule rule in LintRules.All)
        {
            rule.CheckFile(document, found);
        }

        if (document.Diagnostics.Any(d => d.Severity == Severity.Error))
        {
            return new LintReport(found.ToReport(document.Source).Warnings, document.Diagnostics);
        }

        try
        {
            new FileWalker(document, options, found).Walk();
        }
        catch (DiagnosticException mistake)
        {
            return new LintReport(found.ToReport(document.Source).Warnings, mistake.Diagnostics);
        }

        return found.ToReport(document.Source);
    }
}
