namespace Slipway.Lint.Tests;

public sealed class InvalidDefaultArgInFromTests
{
    [Fact]
    public void A_base_that_is_nothing_without_build_arguments_is_reported() => Assert.Equal(
        ["3: Default value for ARG reg.io:5000/a/b:$V results in empty or invalid base image name"],
        Checking.Of(nameof(InvalidDefaultArgInFrom), "ARG V\nARG W=1\nFROM reg.io:5000/a/b:$V\nFROM a:$W\nFROM b:${V:-2}\nFROM reg.io:5000/a_b/c--d:$W\n", new LintOptions { AllStages = true }));
}
