namespace Slipway.Lint.Tests;

public sealed class ConsistentInstructionCasingTests
{
    [Fact]
    public void The_minority_is_reported() => Assert.Equal(
        ["3: Command 'run' should match the case of the command majority (uppercase)", "4: Command 'Run' should match the case of the command majority (uppercase)"],
        Checking.Of(nameof(ConsistentInstructionCasing), "arg X\nFROM a\nrun x\nRun y\nUSER z\n", new LintOptions { AllStages = true }));
}
