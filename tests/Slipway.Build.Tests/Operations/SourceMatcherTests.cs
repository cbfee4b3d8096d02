using FsCheck;
using FsCheck.Fluent;
using Slipway.Build.Operations;
using Slipway.Build.Tests.Contexts;

namespace Slipway.Build.Tests.Operations;

public sealed class SourceMatcherTests
{
    private static readonly MemoryTree Tree = new(
        "a.txt", "b.txt", "c.md", "src/main.c", "src/lib/util.c", "src/lib/deep/x.c", "link -> src/main.c", "dir -> src", "[x]");

    [Theory]
    [InlineData("a.txt", "a.txt")]
    [InlineData("/a.txt", "a.txt")]
    [InlineData("../../a.txt", "a.txt")]
    [InlineData("*.txt", "a.txt b.txt")]
    [InlineData("?.*", "a.txt b.txt c.md")]
    [InlineData("[a-b].txt", "a.txt b.txt")]
    [InlineData("*/main.c", "dir/main.c src/main.c")]
    [InlineData("src/*", "src/lib src/main.c")]
    [InlineData("src/**", "src/lib src/main.c")]
    [InlineData("missing", "")]
    [InlineData("*.none", "")]
    [InlineData("[[]x]", "[x]")] // the documented way to name such a file
    [InlineData(".", "")]
    public async Task A_pattern_names_what_Go_would_name(string pattern, string found) => Assert.Equal(found, await MatchAsync(pattern, anyDepth: false));

    [Theory]
    [InlineData("**/*.c", "src/lib/deep/x.c src/lib/util.c src/main.c")]
    [InlineData("src/**/x.c", "src/lib/deep/x.c")]
    [InlineData("**/lib", "src/lib")]
    public async Task With_parents_two_stars_stand_for_any_depth(string pattern, string found) => Assert.Equal(found, await MatchAsync(pattern, anyDepth: true));

    [Fact]
    public async Task A_link_is_followed_but_the_copy_keeps_its_name()
    {
        SourceMatch match = Assert.Single(await SourceMatcher.MatchAsync(Tree, "link", false, TestContext.Current.CancellationToken));
        Assert.Equal(("link", "src/main.c"), (match.Name, match.Node.Path));
    }

    [Fact]
    public async Task The_root_itself_is_a_match()
    {
        SourceMatch match = Assert.Single(await SourceMatcher.MatchAsync(Tree, "/", false, TestContext.Current.CancellationToken));
        Assert.Equal("", match.Node.Path);
    }

    [Fact]
    public void Whatever_is_asked_for_matches_lie_in_the_tree_in_order_and_once()
    {
        Gen<string> part = Gen.Elements("src", "lib", "*", "?.txt", "..", "**", "[a-z]*", "dir", "", ".");
        Prop.ForAll(part.ListOf().Select(p => string.Join('/', p.Take(6))).ToArbitrary(), pattern =>
        {
            string[] paths = [.. SourceMatcher.MatchAsync(Tree, pattern, true, CancellationToken.None).GetAwaiter().GetResult().Select(m => m.Path)];
            return paths.SequenceEqual(paths.Distinct().Order(StringComparer.Ordinal)) && paths.All(p => !p.Split('/').Contains(".."));
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));
    }

    private static async Task<string> MatchAsync(string pattern, bool anyDepth) =>
        string.Join(' ', (await SourceMatcher.MatchAsync(Tree, pattern, anyDepth, TestContext.Current.CancellationToken)).Select(m => m.Path));
}
