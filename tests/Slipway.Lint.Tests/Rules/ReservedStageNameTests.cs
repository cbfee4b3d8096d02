namespace Slipway.Lint.Tests;

public sealed class ReservedStageNameTests
{
    [Fact]
    public void Scratch_and_context_are_reserved() => Assert.Equal(
        ["1: Stage name should not use the same name as reserved stage \"scratch\"", "2: Stage name should not use the same name as reserved stage \"context\""],
        Checking.Of(nameof(ReservedStageName), "FROM a AS scratch\nFROM a AS Context\n", new LintOptions { AllStages = true }));
}
