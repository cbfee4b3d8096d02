namespace Slipway.Lint.Tests;

public sealed class MultipleInstructionsDisallowedTests
{
    [Fact]
    public void All_but_the_last_of_a_stage_are_reported() => Assert.Equal(
        ["2: Multiple CMD instructions should not be used in the same stage because only the last one will be used", "3: Multiple CMD instructions should not be used in the same stage because only the last one will be used"],
        Checking.Of(nameof(MultipleInstructionsDisallowed), "FROM a AS b\nCMD [\"1\"]\nCMD [\"2\"]\nCMD [\"3\"]\nFROM b\nCMD [\"4\"]\n", new LintOptions { AllStages = true }));

    [Fact]
    public void Branches_not_taken_do_not_count() => Assert.Equal(
        [],
        Checking.Of(nameof(MultipleInstructionsDisallowed), "FROM a\nIF true\nCMD [\"1\"]\nELSE\nCMD [\"2\"]\nDONE\n", new LintOptions { AllStages = true }));
}
