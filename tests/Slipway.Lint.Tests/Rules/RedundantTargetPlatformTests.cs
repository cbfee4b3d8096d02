namespace Slipway.Lint.Tests;

public sealed class RedundantTargetPlatformTests
{
    [Fact]
    public void The_default_need_not_be_said() => Assert.Equal(
        ["1: Setting platform to predefined ${TARGETPLATFORM} in FROM is redundant as this is the default behavior"],
        Checking.Of(nameof(RedundantTargetPlatform), "FROM --platform=${TARGETPLATFORM} a\nFROM --platform=$BUILDPLATFORM a\n", new LintOptions { AllStages = true }));
}
