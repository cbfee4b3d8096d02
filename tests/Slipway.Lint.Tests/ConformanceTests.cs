using Slipway.Testing;
using System.Text.Json;
using Slipway.Dockerfile;
using Slipway.Foundation.Text;

namespace Slipway.Lint.Tests;

public sealed class ConformanceTests
{
    public static IEnumerable<TheoryDataRow<CheckRow>> Rows() =>
        Testing.Conformance.Rows("dockerfile/checks/checks.jsonl")
            .Select(row => new CheckRow(row))
            .Where(row => !KnownDeviations.Reasons.ContainsKey(row.ToString()))
            .Select(row => new TheoryDataRow<CheckRow>(row));

    [ConformanceTheory]
    [MemberData(nameof(Rows))]
    public void A_build_of_the_last_stage_reports_the_same(CheckRow row)
    {
        LintReport report = LintRunner.Run(row.Document, row.Options);
        Assert.Equal(row.Warnings("warnings"), report.Warnings.Select(Describe));
        if (row.ErrorPart is { } part)
        {
            Assert.Contains(report.Errors, e => e.Message.Contains(part, StringComparison.Ordinal));
        }
        else
        {
            Assert.Empty(report.Errors);
        }
    }

    [ConformanceTheory]
    [MemberData(nameof(Rows))]
    public void A_check_of_the_whole_file_reports_the_same(CheckRow row)
    {
        LintReport report = LintRunner.Run(row.Document, row.Options with { AllStages = true });
        bool hasOwn = row.Row.TryGetProperty("all_stage_warnings", out _);
        Assert.Equal(
            row.Warnings(hasOwn ? "all_stage_warnings" : "warnings").Order(StringComparer.Ordinal),
            report.Warnings.Select(w => Describe(hasOwn ? w with { Line = 0 } : w)).Order(StringComparer.Ordinal));
    }

    private static string Describe(LintWarning w) => $"{w.Line}|{w.Rule}|{w.Detail}|{w.Description}|{w.Url}|{w.Level}";

    /// <summary>One row; prints as its id.</summary>
    public sealed class CheckRow(JsonElement row)
    {
        public JsonElement Row { get; } = row;

        public DockerfileDocument Document { get; } =
            DockerfileDocument.Parse(new SourceText("Dockerfile", row.GetProperty("dockerfile").GetString()!));

        public LintOptions Options => new()
        {
            BuildArguments = Row.TryGetProperty("build_args", out JsonElement args)
                ? args.EnumerateObject().ToDictionary(a => a.Name, a => a.Value.GetString()!)
                : [],
            Ignore = Row.TryGetProperty("dockerignore", out JsonElement ignore) ? new IgnoreMatcher(IgnoreFile.Parse(ignore.GetString()!)) : null,
        };

        public string? ErrorPart => Row.TryGetProperty("error_contains", out JsonElement part) ? part.GetString() : null;

        public IEnumerable<string> Warnings(string name) => Row.GetProperty(name).EnumerateArray().Select(w =>
            $"{(w.TryGetProperty("line", out JsonElement line) ? line.GetInt32() : 0)}|{Text(w, "rule")}|{Text(w, "detail")}|"
            + $"{Text(w, "description")}|{Text(w, "url")}|{w.GetProperty("level").GetInt32()}");

        public override string ToString() => Text(Row, "id");

        private static string Text(JsonElement element, string name) => element.GetProperty(name).GetString()!;
    }
}
