using Slipway.Conda.Files;

namespace Slipway.Conda.Tests.Files;

public sealed class PlatformSelectorTests
{
    [Theory]
    [InlineData("linux", "linux-64", true)]
    [InlineData("unix and not osx", "linux-aarch64", true)]
    [InlineData("win or osx", "linux-64", false)]
    [InlineData("osx or linux and arm64", "osx-64", true)] // and binds tighter
    [InlineData("(osx or linux) and arm64", "osx-64", false)]
    [InlineData("linux64", "linux-64", true)]
    [InlineData("linux64", "linux-aarch64", false)]
    [InlineData("x86", "linux-64", true)]
    [InlineData("osx64", "osx-arm64", false)]
    public void A_condition_holds_or_not(string condition, string subdir, bool holds) => Assert.Equal(holds, PlatformSelector.Holds(condition, subdir));

    [Theory]
    [InlineData("linx")]
    [InlineData("linux and")]
    [InlineData("(linux")]
    [InlineData("linux osx")]
    public void What_is_no_condition_is_refused(string condition) => Assert.Throws<FormatException>(() => PlatformSelector.Holds(condition, "linux-64"));

    [Theory]
    [InlineData("  - a  # [win]", "win")]
    [InlineData("  - a  #[win]", "win")]
    [InlineData("  - a#[win]", null)]
    [InlineData("  - a  # [win] only", null)]
    [InlineData("  - a  # see [win]", null)]
    public void Only_a_comment_that_is_nothing_else_is_a_condition(string line, string? condition) => Assert.Equal(condition, PlatformSelector.OfLine(line));
}
