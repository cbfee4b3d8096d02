namespace Slipway.Lint.Tests;

public sealed class FromPlatformFlagConstDisallowedTests
{
    [Fact]
    public void A_constant_is_fine_only_in_a_stage_named_after_it() => Assert.Equal(
        ["1: FROM --platform flag should not use constant value \"linux/arm64\""],
        Checking.Of(nameof(FromPlatformFlagConstDisallowed), "FROM --platform=linux/arm64 a AS x\nFROM --platform=linux/arm64 a AS x-arm64\n", new LintOptions { AllStages = true }));
}
