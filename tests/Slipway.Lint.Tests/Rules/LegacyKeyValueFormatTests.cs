namespace Slipway.Lint.Tests;

public sealed class LegacyKeyValueFormatTests
{
    [Fact]
    public void A_space_between_name_and_value_is_reported() => Assert.Equal(
        ["2: \"ENV key=value\" should be used instead of legacy \"ENV key value\" format", "3: \"LABEL key=value\" should be used instead of legacy \"LABEL key value\" format"],
        Checking.Of(nameof(LegacyKeyValueFormat), "FROM a\nENV A b\nLABEL c d\nENV e=f\n", new LintOptions { AllStages = true }));
}
