using Slipway.Foundation.Text;

namespace Slipway.Dockerfile.Tests;

public sealed class ConditionalTests
{
    private static readonly Dictionary<string, string> None = [];

    [Fact]
    public void A_conditional_inside_a_stage_stays_in_its_body()
    {
        Stage stage = Assert.Single(Parse("FROM a\nARG X=\"False\"\nIF ${X}==\"TRUE\"\nRUN one\nELSE IF ${X}==\"False\"\nRUN two\nelse\nRUN three\nDone\nCMD x\n").Resolve(None, None).Stages);
        var conditional = Assert.IsType<IfNode>(stage.Body[1]);
        var decisions = new List<BranchDecision>();
        Assert.Equal("RUN two", Assert.Single(conditional.Choose(_ => "False", decisions)).ToString());
        Assert.Equal([false, true], decisions.Select(d => d.Taken));
        Assert.Equal("${X} == \"TRUE\", where X is \"False\"", decisions[0].Explanation);
        Assert.Equal("RUN three", Assert.Single(conditional.Choose(_ => "other", decisions)).ToString());
        Assert.IsType<CmdInstruction>(stage.Body[2]);
    }

    [Fact]
    public void Conditionals_nest()
    {
        Stage stage = Parse("FROM a\nIF true\n  IF false\n  RUN a\n  ENDIF\n  RUN b\nDONE\n").Resolve(None, None).Stages[0];
        IReadOnlyList<Node> taken = ((IfNode)stage.Body[0]).Choose(_ => null, []);
        Assert.IsType<IfNode>(taken[0]);
        Assert.Equal("RUN b", taken[1].ToString());
    }

    [Theory]
    [InlineData("gpu", "cuda")]
    [InlineData("cpu", "debian")]
    public void A_conditional_chooses_the_base_of_the_stage_below(string kind, string image)
    {
        ResolvedDockerfile file = Parse("ARG KIND=cpu\nIF $KIND == gpu\nARG TAG=12\nFROM cuda AS base\nELSE\nFROM debian AS base\nDONE\nRUN x\nFROM base\n")
            .Resolve(new Dictionary<string, string> { ["KIND"] = kind }, None);
        Assert.Equal([image, "base"], file.Stages.Select(s => s.From.Image.Text));
        Assert.Equal("RUN x", Assert.Single(file.Stages[0].Body).ToString());
        Assert.Equal(kind == "gpu" ? "12" : null, file.LookupGlobal("TAG"));
        Assert.Single(file.Decisions);
    }

    [Fact]
    public void Whole_stages_can_be_left_out()
    {
        ResolvedDockerfile file = Parse("FROM a AS one\nRUN x\nIF false\nFROM b AS two\nRUN y\nDONE\nFROM c AS three\n").Resolve(None, None);
        Assert.Equal(["one", "three"], file.Stages.Select(s => s.Name));
        Assert.Equal([0, 1], file.Stages.Select(s => s.Index));
    }

    [Theory]
    [InlineData("FROM a\nIF true\nRUN x\n", "missing-done", 2)]
    [InlineData("FROM a\nIF true\nIF false\nDONE\nRUN x\n", "missing-done", 2)]
    [InlineData("FROM a\nELSE\nRUN x\n", "stray-else", 2)]
    [InlineData("FROM a\nDONE\n", "stray-done", 2)]
    [InlineData("FROM a\nIF true\nELSE\nELSE\nDONE\n", "stray-else", 4)]
    [InlineData("FROM a\nIF true\nELSE RUN x\nDONE\n", "bad-else", 3)]
    [InlineData("FROM a\nIF true\nDONE now\n", "bad-done", 3)]
    [InlineData("FROM a\nIF\nDONE\n", "bad-condition", 2)]
    public void A_conditional_in_disorder_is_an_error_that_points_at_the_line(string text, string code, int line)
    {
        Diagnostic mistake = Assert.Single(DockerfileDocument.Parse(Cases.Source(text)).Diagnostics);
        Assert.Equal((code, line), (mistake.Code, mistake.Position!.Value.Line));
    }

    [Fact]
    public void A_bad_condition_points_at_its_column()
    {
        Diagnostic mistake = Assert.Single(DockerfileDocument.Parse(Cases.Source("FROM a\nIF $A == \"x\" &&\nDONE\nIF $A == (b)\nDONE\n")).Diagnostics.Skip(1));
        Assert.Equal(new TextPosition(4, 10), mistake.Position);
    }

    [Fact]
    public void A_condition_that_cannot_be_decided_points_at_the_IF()
    {
        DockerfileDocument document = Parse("ARG A=maybe\nIF $A\nFROM a\nDONE\nFROM b\n");
        Diagnostic mistake = Assert.Single(Assert.Throws<DiagnosticException>(() => document.Resolve(None, None)).Diagnostics);
        Assert.Equal(("bad-condition", 2), (mistake.Code, mistake.Position!.Value.Line));
    }

    [Fact]
    public void Words_of_conditionals_mean_nothing_inside_other_instructions()
    {
        Stage stage = Parse("FROM a\nRUN IF \\\nELSE\nRUN <<E\nIF x\nDONE\nE\nLABEL IF=done\n").Resolve(None, None).Stages[0];
        Assert.Equal(["IF ELSE", "IF x\nDONE\n"], stage.Body.OfType<RunInstruction>().Select(r => r.Command.ShellText));
    }

    private static DockerfileDocument Parse(string text) => DockerfileDocument.Parse(Cases.Source(text)).ThrowIfErrors();
}
