using Slipway.Foundation.Text;

namespace Slipway.Dockerfile.Tests;

public sealed class SyntaxTests
{
    [Fact]
    public void Words_point_at_their_place_across_continuation_lines()
    {
        DockerfileDocument document = Parse("FROM a\nCOPY --chown=me:us \\\n  # why\n  first \\\n\n  second /to/\n");
        var copy = (CopyInstruction)document.Nodes[1];
        Assert.Equal(["first", "second"], copy.Sources.Select(s => Slice(document, s.Span)));
        Assert.Equal("/to/", Slice(document, copy.Destination.Span));
        Assert.Equal("--chown=me:us", Slice(document, copy.Chown!.Value.Span));
        Assert.Equal("COPY --chown=me:us   first   second /to/", copy.Text);
    }

    [Fact]
    public void JSON_words_point_at_their_place()
    {
        DockerfileDocument document = Parse("FROM a\nVOLUME [\"/☃\", \"/b\"]\n");
        Assert.Equal(["\"/☃\"", "\"/b\""], ((VolumeInstruction)document.Nodes[1]).Paths.Select(p => Slice(document, p.Span)));
    }

    [Fact]
    public void A_span_holds_the_whole_instruction_with_its_heredoc()
    {
        DockerfileDocument document = Parse("FROM a\nRUN <<E | tr a b\na\nE\nUSER b\n");
        Assert.Equal("RUN <<E | tr a b\na\nE", Slice(document, document.Nodes[1].Span));
        Assert.Equal((2, 4), (((Instruction)document.Nodes[1]).StartLine, ((Instruction)document.Nodes[1]).EndLine));
    }

    [Fact]
    public void The_backtick_can_escape()
    {
        DockerfileDocument document = Parse("# escape=`\nFROM a\nRUN dir C:\\ `\n  && x\nCOPY a\\b c\\\nUSER d\n");
        Assert.Equal("dir C:\\   && x", ((RunInstruction)document.Nodes[1]).Command.ShellText);
        Assert.Equal("c\\", ((CopyInstruction)document.Nodes[2]).Destination.Text);
    }

    [Fact]
    public void A_shebang_line_is_passed_over_when_looking_for_syntax() =>
        Assert.Equal("x/y:1", Directive.Find("syntax", "#!/usr/bin/env slipway\n# syntax = x/y:1 more\n")?.FirstWord);

    [Fact]
    public void A_repeated_directive_is_an_error() =>
        Assert.Equal("repeated-directive", Assert.Single(DockerfileSyntax.Parse(Cases.Source("# syntax=a\n# Syntax=b\nFROM x")).Diagnostics).Code);

    [Fact]
    public void An_unterminated_heredoc_is_an_error_at_its_instruction()
    {
        Diagnostic mistake = Assert.Single(DockerfileSyntax.Parse(Cases.Source("FROM x\nRUN <<EOF\nabc\n")).Diagnostics);
        Assert.Equal(("unterminated-heredoc", 2), (mistake.Code, mistake.Position!.Value.Line));
    }

    [Fact]
    public void A_line_of_64_KiB_is_an_error_and_one_byte_less_is_not()
    {
        string rest = new('x', 65536 - "RUN ".Length);
        Assert.Equal("line-too-long", Assert.Single(DockerfileSyntax.Parse(Cases.Source($"FROM a\nRUN {rest}\n")).Diagnostics).Code);
        Assert.Empty(DockerfileSyntax.Parse(Cases.Source($"FROM a\nRUN {rest[1..]}\n")).Diagnostics);
    }

    [Fact]
    public void A_file_of_64_thousand_instructions_is_parsed()
    {
        string text = "FROM a\n" + string.Concat(Enumerable.Repeat("RUN echo \"a b\" \\\n c\n", 64_000));
        Assert.Equal(64_001, DockerfileDocument.Parse(Cases.Source(text)).Nodes.Count);
    }

    [Fact]
    public void Windows_line_ends_are_no_part_of_the_words()
    {
        DockerfileDocument document = Parse("# escape=`\r\nFROM a\r\nRUN x `\r\n  y\r\nCOPY <<E /d\r\nb\r\nE\r\nUSER u\r\n");
        Assert.Equal("x   y", ((RunInstruction)document.Nodes[1]).Command.ShellText);
        Assert.Equal("b\r\n", ((CopyInstruction)document.Nodes[2]).InlineFiles[0].Data);
        Assert.Equal("u", ((UserInstruction)document.Nodes[3]).User.Text);
    }

    [Theory]
    [InlineData("IF true\n", 60_000)]
    [InlineData("ONBUILD ", 60_000)]
    [InlineData("IF ${", 20_000)]
    [InlineData("RUN <<", 20_000)]
    [InlineData("ENV a=${", 20_000)]
    [InlineData("CMD [", 20_000)]
    [InlineData("# a=                                                                             x", 700)]
    [InlineData("IF a ||", 20_000)]
    public void Hostile_files_are_refused_in_time_and_without_a_crash(string part, int times)
    {
        string text = "FROM a\n" + string.Concat(Enumerable.Repeat(part, times)) + "\n";
        DockerfileDocument document = DockerfileDocument.Parse(Cases.Source(text));
        Assert.Equal(text, document.ToString());
        Assert.True(document.AllInstructions().Count() < times);
    }

    private static DockerfileDocument Parse(string text) => DockerfileDocument.Parse(Cases.Source(text)).ThrowIfErrors();

    private static string Slice(DockerfileDocument document, TextSpan span) => document.Source.Text.Substring(span.Start, span.Length);
}
