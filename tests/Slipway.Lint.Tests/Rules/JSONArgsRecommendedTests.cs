namespace Slipway.Lint.Tests;

public sealed class JSONArgsRecommendedTests
{
    [Fact]
    public void The_shell_form_is_reported_unless_a_SHELL_is_set() => Assert.Equal(
        ["2: JSON arguments recommended for ENTRYPOINT to prevent unintended behavior related to OS signals", "8: JSON arguments recommended for CMD to prevent unintended behavior related to OS signals"],
        Checking.Of(nameof(JSONArgsRecommended), "FROM a AS b\nENTRYPOINT x\nFROM b AS c\nSHELL [\"/bin/bash\"]\nFROM c\nCMD y\nFROM b\nCMD z\n", new LintOptions { AllStages = true }));
}
