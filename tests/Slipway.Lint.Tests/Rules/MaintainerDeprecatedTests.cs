namespace Slipway.Lint.Tests;

public sealed class MaintainerDeprecatedTests
{
    [Fact]
    public void MAINTAINER_is_reported() => Assert.Equal(
        ["2: Maintainer instruction is deprecated in favor of using label"],
        Checking.Of(nameof(MaintainerDeprecated), "FROM a\nMAINTAINER me\n", new LintOptions { AllStages = true }));
}
