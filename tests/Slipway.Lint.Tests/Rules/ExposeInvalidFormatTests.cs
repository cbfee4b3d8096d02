namespace Slipway.Lint.Tests;

public sealed class ExposeInvalidFormatTests
{
    [Fact]
    public void A_host_part_is_reported() => Assert.Equal(
        ["2: EXPOSE instruction should not define an IP address or host-port mapping, found '127.0.0.1:80:80'", "2: EXPOSE instruction should not define an IP address or host-port mapping, found '1:2'"],
        Checking.Of(nameof(ExposeInvalidFormat), "FROM a\nEXPOSE 80 1:2 127.0.0.1:80:80\n", new LintOptions { AllStages = true }));
}
