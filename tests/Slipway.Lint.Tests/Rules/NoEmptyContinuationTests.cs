namespace Slipway.Lint.Tests;

public sealed class NoEmptyContinuationTests
{
    [Fact]
    public void A_blank_line_inside_an_instruction_is_reported_at_its_end() => Assert.Equal(
        ["5: Empty continuation line"],
        Checking.Of(nameof(NoEmptyContinuation), "FROM a\nRUN x \\\n\n  y \\\n  z\nRUN x \\\n  # no blank line\n  y\n", new LintOptions { AllStages = true }));
}
