namespace Slipway.Lint.Tests;

public sealed class WorkdirRelativePathTests
{
    [Fact]
    public void Only_the_first_relative_path_is_reported() => Assert.Equal(
        ["3: Relative workdir \"app\" can have unexpected results if the base image changes"],
        Checking.Of(nameof(WorkdirRelativePath), "FROM a AS b\nARG D=app\nWORKDIR $D\nWORKDIR more\nFROM b\nWORKDIR still\n", new LintOptions { AllStages = true }));
}
