using Slipway.Testing;
using System.Text.Json;
using Slipway.Foundation.Text;

namespace Slipway.Dockerfile.Tests;

public sealed class ParserConformanceTests
{
    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "parser/ast.jsonl", MemberType = typeof(Cases))]
    public void The_tree_is_BuildKits(Case row)
    {
        DockerfileDocument document = DockerfileDocument.Parse(Cases.Source(row.Text("dockerfile")));
        if (row.MustFail)
        {
            Assert.Contains(document.Diagnostics, d => d.Severity == Severity.Error);
            return;
        }

        bool hasStage = document.Diagnostics.Count == 0;
        DockerfileDocument whole = hasStage ? document : DockerfileDocument.Parse(Cases.Source("FROM x\n" + document.Source.Text));
        Assert.Empty(whole.Diagnostics);
        Assert.Equal((hasStage ? "" : "(from \"x\")\n") + row.Text("ast"), SyntaxDump.Of(whole));
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "parser/lines.jsonl", MemberType = typeof(Cases))]
    public void Instructions_know_their_lines(Case row)
    {
        IReadOnlyList<InstructionSyntax> instructions = DockerfileSyntax.Parse(Cases.Source(row.Text("dockerfile"))).Instructions;
        int[][] expected = [.. row.Row.GetProperty("instruction_lines").EnumerateArray().Select(Numbers)];
        Assert.Equal(expected, instructions.Select(i => new[] { i.StartLine, i.EndLine }));
        Assert.Equal<int[]>(Numbers(row.Row.GetProperty("root_lines")), [instructions[0].StartLine, instructions[^1].EndLine]);
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "parser/warnings.jsonl", MemberType = typeof(Cases))]
    public void Blank_continuation_lines_are_noted(Case row)
    {
        var noted = DockerfileSyntax.Parse(Cases.Source(row.Text("dockerfile"))).Instructions.Where(i => i.HasBlankContinuation).ToList();
        List<string> expected = [.. row.Row.GetProperty("warnings_contain").EnumerateArray().Select(w => w.EnumerateArray().Last().GetString()!)];
        Assert.Equal(expected, noted.Select(i => i.Text));
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "parser/words.jsonl", MemberType = typeof(Cases))]
    public void Words_split_outside_quotes(Case row)
    {
        string input = row.Text("input");
        Assert.Equal(row.Texts("words"), WordSplitter.Ranges(input, '\\').Select(r => input[r.Start..r.End]));
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "json/arrays.jsonl", MemberType = typeof(Cases))]
    public void The_JSON_form_is_an_array_of_strings(Case row)
    {
        JsonForm form = JsonWords.TryRead(row.Text("input"), out var words);
        if (row.MustFail)
        {
            Assert.Equal(JsonForm.NotStrings, form);
            return;
        }

        Assert.Equal(row.Texts("expected"), words.Select(w => w.Value));
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "directives/directives.jsonl", MemberType = typeof(Cases))]
    public void Directives_are_found_at_the_top(Case row)
    {
        string text = row.Text("dockerfile");
        if (row.Row.TryGetProperty("directives", out JsonElement all))
        {
            Assert.Equal(
                all.EnumerateArray().Select(d => (d.GetProperty("name").GetString(), d.GetProperty("value").GetString())),
                DockerfileSyntax.Parse(Cases.Source(text)).Directives.Select(d => ((string?)d.Name, (string?)d.Value)));
            return;
        }

        Directive? found = Directive.Find(row.Text("directive"), text);
        Assert.Equal(row.Flag("found"), found is not null);
        Assert.Equal(row.OptionalText("value"), found?.FirstWord);
        Assert.Equal(row.OptionalText("cmdline") ?? found?.Value, found?.Value);
        Assert.Equal(row.Has("line") ? row.Row.GetProperty("line").GetInt32() : found?.Line, found?.Line);
    }

    private static int[] Numbers(JsonElement pair) => [.. pair.EnumerateArray().Select(n => n.GetInt32())];
}
