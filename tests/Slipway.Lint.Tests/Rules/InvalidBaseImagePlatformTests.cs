namespace Slipway.Lint.Tests;

public sealed class InvalidBaseImagePlatformTests
{
    private static readonly LintOptions Options = new()
    {
        TargetPlatform = "linux/arm64/v8",
        BaseImage = name => name == "a" ? new BaseImageFacts([], HasShell: false, "linux/amd64") : null,
    };

    [Fact]
    public void A_base_of_another_architecture_is_reported() => Assert.Equal(
        ["1: Base image a was pulled with platform \"linux/amd64\", expected \"linux/arm64/v8\" for current build"],
        Checking.Of(nameof(InvalidBaseImagePlatform), "FROM a AS x\nFROM x\nFROM x\n", Options));

    [Fact]
    public void A_platform_that_was_asked_for_is_right() =>
        Assert.Empty(Checking.Of(nameof(InvalidBaseImagePlatform), "FROM --platform=linux/amd64 a\n", Options));
}
