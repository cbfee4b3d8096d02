namespace Slipway.Lint.Tests;

public sealed class StageNameCasingTests
{
    [Fact]
    public void A_stage_name_with_capitals_is_reported() => Assert.Equal(
        ["1: Stage name 'BuilderBase' should be lowercase"],
        Checking.Of(nameof(StageNameCasing), "FROM a AS BuilderBase\nFROM b AS low\n", new LintOptions { AllStages = true }));
}
