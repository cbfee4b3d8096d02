namespace Slipway.Lint.Tests;

public sealed class FromAsCasingTests
{
    [Fact]
    public void AS_is_written_as_FROM_is() => Assert.Equal(
        ["1: 'as' and 'FROM' keywords' casing do not match", "2: 'AS' and 'from' keywords' casing do not match"],
        Checking.Of(nameof(FromAsCasing), "FROM a as b\nfrom a AS c\nFROM a AS d\nFrom a as e\n", new LintOptions { AllStages = true }));
}
