namespace Slipway.Lint.Tests;

public sealed class UndefinedArgInFromTests
{
    [Fact]
    public void A_name_no_ARG_declares_is_reported() => Assert.Equal(
        ["3: FROM argument 'BASSE' is not declared (did you mean BASE?)"],
        Checking.Of(nameof(UndefinedArgInFrom), "ARG BASE=a\nARG EMPTY\nFROM ${BASSE}x$EMPTY\nFROM --platform=$BUILDPLATFORM $BASE\n", new LintOptions { AllStages = true }));
}
