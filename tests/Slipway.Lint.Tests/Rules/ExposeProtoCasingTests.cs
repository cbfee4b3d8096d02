namespace Slipway.Lint.Tests;

public sealed class ExposeProtoCasingTests
{
    [Fact]
    public void A_protocol_with_capitals_is_reported() => Assert.Equal(
        ["2: Defined protocol '80/TCP' in EXPOSE instruction should be lowercase"],
        Checking.Of(nameof(ExposeProtoCasing), "FROM a\nEXPOSE 80/TCP 81/tcp 82\n", new LintOptions { AllStages = true }));
}
