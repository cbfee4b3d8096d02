using Slipway.Testing;
using System.Text.Json;
using Slipway.Foundation.Text;

namespace Slipway.Dockerfile.Tests;

public sealed class HeredocConformanceTests
{
    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "heredoc/word.jsonl", MemberType = typeof(Cases))]
    public void A_word_announces_a_heredoc(Case row)
    {
        if (row.MustFail)
        {
            Assert.Throws<ExpansionException>(() => HeredocWord.Parse(row.Text("word")));
            return;
        }

        Assert.Equal(row.OptionalText("name"), HeredocWord.Parse(row.Text("word"))?.Name);
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "heredoc/line.jsonl", MemberType = typeof(Cases))]
    public void A_line_announces_heredocs(Case row) =>
        Assert.Equal(row.Texts("names"), HeredocWord.FindAll(row.Text("line")).Select(w => w.Name));

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "heredoc/chomp.jsonl", MemberType = typeof(Cases))]
    public void Leading_tabs_are_taken(Case row) => Assert.Equal(row.Text("chomped"), Heredoc.TakeTabs(row.Text("content")));

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "heredoc/parse.jsonl", MemberType = typeof(Cases))]
    public void Heredocs_belong_to_their_instruction(Case row)
    {
        DockerfileSyntax syntax = DockerfileSyntax.Parse(Cases.Source(row.Text("dockerfile")));
        Assert.Empty(syntax.Diagnostics);
        var expected = row.Row.GetProperty("heredocs").EnumerateArray().Select(i => i.EnumerateArray().Select(Describe).ToList()).ToList();
        Assert.Equal(expected, syntax.Instructions.Skip(1).Select(i => i.Heredocs.Select(Describe).ToList()).ToList());
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "heredoc/copy.jsonl", MemberType = typeof(Cases))]
    public void COPY_takes_files_from_heredocs(Case row)
    {
        DockerfileDocument document = DockerfileDocument.Parse(Cases.Source("FROM scratch\n" + row.Text("dockerfile")));
        if (row.MustFail)
        {
            Diagnostic mistake = Assert.Single(document.Diagnostics);
            Assert.All(row.ErrorParts(), part => Assert.Contains(part, mistake.Message, StringComparison.Ordinal));
            return;
        }

        Assert.Empty(document.Diagnostics);
        var copy = (CopyInstruction)document.Nodes[1];
        Assert.Equal(row.Text("dest"), copy.Destination.Text);
        Assert.Equal(row.Texts("sources"), copy.Sources.Select(s => s.Text));
        Assert.Equal(
            row.Row.GetProperty("contents").EnumerateArray().Select(c => (c.GetProperty("name").GetString(), c.GetProperty("data").GetString(), c.GetProperty("expand").GetBoolean())),
            copy.InlineFiles.Select(f => ((string?)f.Name, (string?)f.Data, f.Expand)));
    }

    [ConformanceTheory]
    [MemberData(nameof(Cases.Of), "heredoc/run.jsonl", MemberType = typeof(Cases))]
    public void RUN_keeps_its_heredocs(Case row)
    {
        DockerfileDocument document = DockerfileDocument.Parse(Cases.Source("FROM scratch\n" + row.Text("dockerfile")));
        Assert.Empty(document.Diagnostics);
        CommandLine command = ((RunInstruction)document.Nodes[1]).Command;
        Assert.Equal(row.Flag("shell"), command.IsShell);
        Assert.Equal(row.Texts("command"), command.Arguments);
        Assert.Equal(
            row.Row.GetProperty("files").EnumerateArray().Select(f => (f.GetProperty("name").GetString(), f.GetProperty("data").GetString(), f.GetProperty("chomp").GetBoolean())),
            command.Heredocs.Select(h => ((string?)h.Name, (string?)h.Content, h.Chomp)));
    }

    private static string Describe(JsonElement h) => string.Join(
        '|',
        h.GetProperty("name").GetString(),
        h.GetProperty("content").GetString(),
        h.GetProperty("expand").GetBoolean(),
        h.GetProperty("chomp").GetBoolean(),
        h.GetProperty("fd").GetInt32());

    private static string Describe(Heredoc h) => string.Join('|', h.Name, h.Content, h.Expand, h.Chomp, h.FileDescriptor);
}
