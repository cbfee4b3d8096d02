using Slipway.Foundation.Text;

namespace Slipway.Dockerfile.Tests;

public sealed class DiagnosticTests
{
    [Fact]
    public void All_mistakes_of_a_file_are_reported_at_once()
    {
        IReadOnlyList<Diagnostic> mistakes = DockerfileDocument.Parse(Cases.Source(
            "FROM a b\nRUNN x\nCOPY --chwon=1 a b\nENV\nEXPOSE\nHEALTHCHECK --interval=1 CMD x\nIF a ==\nDONE\n")).Diagnostics;
        Assert.Equal(
            ["bad-from", "unknown-instruction", "unknown-flag", "missing-argument", "missing-argument", "bad-duration", "bad-condition"],
            mistakes.Select(m => m.Code));
        Assert.Equal([1, 2, 3, 4, 5, 6, 7], mistakes.Select(m => m.Position!.Value.Line));
    }

    [Theory]
    [InlineData("RUNN x", "did you mean RUN?")]
    [InlineData("ENTRYPONT x", "did you mean ENTRYPOINT?")]
    [InlineData("COPY --chwon=1 a b", "did you mean chown?")]
    [InlineData("RUN --network=hots x", "did you mean host?")]
    [InlineData("DONN", "did you mean DONE?")]
    public void A_misspelt_name_gets_a_suggestion(string line, string suggestion) =>
        Assert.Contains(suggestion, Assert.Single(DockerfileDocument.Parse(Cases.Source("FROM a\n" + line)).Diagnostics).Message, StringComparison.Ordinal);

    [Theory]
    [InlineData("COPY --from=$X a b", "variable-in-from")]
    [InlineData("COPY a", "missing-argument")]
    [InlineData("SHELL /bin/sh", "shell-not-json")]
    [InlineData("CMD [\"a\", 1]", "json-not-strings")]
    [InlineData("ENV A=b C", "missing-equals")]
    [InlineData("VOLUME [\"\"]", "blank-volume")]
    [InlineData("ONBUILD ONBUILD RUN x", "bad-trigger")]
    [InlineData("ONBUILD RUNN x", "unknown-instruction")]
    [InlineData("HEALTHCHECK NONE x", "too-many-arguments")]
    [InlineData("HEALTHCHECK CMD", "missing-argument")]
    [InlineData("HEALTHCHECK --retries=-1 CMD x", "bad-retries")]
    [InlineData("HEALTHCHECK x", "bad-healthcheck")]
    [InlineData("RUN --mount=from=$x,target=/a b", "bad-mount")]
    [InlineData("RUN --device=a=b,name=c x", "bad-device")]
    [InlineData("COPY --link --link a b", "repeated-flag")]
    [InlineData("COPY --chown a b", "flag-without-value")]
    [InlineData("FROM a AS 1x", "bad-stage-name")]
    public void A_mistake_has_a_code(string line, string code) =>
        Assert.Equal(code, Assert.Single(DockerfileDocument.Parse(Cases.Source("FROM a\n" + line)).Diagnostics).Code);

    [Fact]
    public void An_instruction_before_the_first_FROM_is_an_error() =>
        Assert.Equal("no-stage", Assert.Single(DockerfileDocument.Parse(Cases.Source("ARG X\nRUN x\nFROM a\n")).Diagnostics).Code);

    [Fact]
    public void A_required_global_argument_without_value_is_an_error()
    {
        DockerfileDocument document = DockerfileDocument.Parse(Cases.Source("ARG A=\"${B:?say which}\"\nFROM a\n"));
        Diagnostic mistake = Assert.Single(Assert.Throws<DiagnosticException>(
            () => document.Resolve(new Dictionary<string, string>(), new Dictionary<string, string>())).Diagnostics);
        Assert.Contains("say which", mistake.Message, StringComparison.Ordinal);
        Assert.Equal(1, mistake.Position!.Value.Line);
    }
}
