using Slipway.Dockerfile;
using Slipway.Foundation.Text;

namespace Slipway.Lint.Tests;

/// <summary>Checks a text and gives what one rule found, as <c>line: detail</c>.</summary>
internal static class Checking
{
    public static IEnumerable<string> Of(string rule, string text, LintOptions? options = null)
    {
        LintReport report = LintRunner.Run(
            DockerfileDocument.Parse(new SourceText("Dockerfile", text)).ThrowIfErrors(), options ?? new LintOptions());
        Assert.Empty(report.Errors);
        return report.Warnings.Where(w => w.Rule == rule).Select(w => $"{w.Line}: {w.Detail}");
    }
}
