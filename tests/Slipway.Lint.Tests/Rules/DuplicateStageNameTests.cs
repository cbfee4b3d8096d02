namespace Slipway.Lint.Tests;

public sealed class DuplicateStageNameTests
{
    [Fact]
    public void The_second_stage_of_a_name_is_reported() => Assert.Equal(
        ["2: Duplicate stage name \"x\", stage names should be unique"],
        Checking.Of(nameof(DuplicateStageName), "FROM a AS x\nFROM b AS X\n", new LintOptions { AllStages = true }));

    [Fact]
    public void Stages_of_different_branches_do_not_meet() => Assert.Equal(
        [],
        Checking.Of(nameof(DuplicateStageName), "IF true\nFROM a AS x\nELSE\nFROM b AS x\nDONE\n", new LintOptions { AllStages = true }));
}
