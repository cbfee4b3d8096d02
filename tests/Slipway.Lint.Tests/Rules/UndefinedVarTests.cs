namespace Slipway.Lint.Tests;

public sealed class UndefinedVarTests
{
    [Fact]
    public void A_variable_without_ARG_and_ENV_is_reported() => Assert.Equal(
        ["3: Usage of undefined variable '$PAHT' (did you mean $PATH?)", "4: Usage of undefined variable '$B'", "6: Usage of undefined variable '$D'"],
        Checking.Of(nameof(UndefinedVar), "FROM a\nARG DECLARED\nENV PATH=$PAHT:/x A=$DECLARED\nCOPY $B$B ${A} .\nRUN echo $C\nRUN --mount=target=/$D x\n", new LintOptions { AllStages = true }));
}
