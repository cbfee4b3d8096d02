namespace Slipway.Lint.Tests;

public sealed class InvalidDefinitionDescriptionTests
{
    [Fact]
    public void It_is_off_unless_asked_for() => Assert.Equal(
        [],
        Checking.Of(nameof(InvalidDefinitionDescription), "# about x\nARG y\nFROM a\n", new LintOptions { AllStages = true }));

    [Fact]
    public void A_comment_above_has_to_name_what_it_describes() => Assert.Equal(
        ["3: Comment for ARG should follow the format: `# y <description>`"],
        Checking.Of(nameof(InvalidDefinitionDescription), "# check=experimental=all\n# other thing\nARG y\n# z is fine\nFROM a AS z\n\n# not directly above\n\nARG q\n", new LintOptions { AllStages = true }));
}
