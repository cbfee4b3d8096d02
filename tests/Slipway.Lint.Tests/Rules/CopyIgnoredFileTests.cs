using Slipway.Dockerfile;

namespace Slipway.Lint.Tests;

public sealed class CopyIgnoredFileTests
{
    private const string Text = "FROM a AS b\nCOPY ./x/y /\nADD x https://h/x /\nCOPY --from=b x /\nCOPY z /\n";

    [Fact]
    public void A_source_the_ignore_file_leaves_out_is_reported() => Assert.Equal(
        [
            "2: Attempting to Copy file \"x/y\" that is excluded by .dockerignore",
            "3: Attempting to Add file \"x\" that is excluded by .dockerignore",
        ],
        Checking.Of(nameof(CopyIgnoredFile), Text, new LintOptions { Ignore = new IgnoreMatcher(["x"]) }));

    [Fact]
    public void With_exceptions_nothing_can_be_said() =>
        Assert.Empty(Checking.Of(nameof(CopyIgnoredFile), Text, new LintOptions { Ignore = new IgnoreMatcher(["x", "!x/y/z"]) }));
}
