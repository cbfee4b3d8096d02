using FsCheck;
using FsCheck.Fluent;

namespace Slipway.Dockerfile.Tests;

public sealed class IgnoreMatcherTests
{
    [Theory]
    [InlineData("node_modules", "node_modules", true)]
    [InlineData("**/node_modules", "a/node_modules", true)]
    [InlineData("docs\n!docs/README.md", "docs", false)]
    [InlineData("docs\n!docs/README.md", "docs/img", true)]
    [InlineData("**\n!src/**/*.cs", "bin", true)]
    [InlineData("**\n!src/**/*.cs", "src/deep", false)]
    [InlineData("**\n!**/keep", "bin", false)]
    [InlineData("*.log", "src", false)]
    public void A_directory_is_pruned_only_when_nothing_below_can_come_back(string patterns, string directory, bool expected) =>
        Assert.Equal(expected, new IgnoreMatcher(IgnoreFile.Parse(patterns)).CanPrune(directory));

    [Fact]
    public void Pruning_never_loses_a_path()
    {
        Gen<string> name = Gen.Elements("a", "b", "c.x", "d");
        Gen<string> path = name.NonEmptyListOf().Select(names => string.Join('/', names.Take(5)));
        Gen<string> pattern = Gen.Elements("a", "*", "**", "b/*", "**/c.x", "!a", "!a/b", "!**/d", "!*/b", "a/**/d", "!b/**", "*.x", "!c.x/[ab]", "?", "!a/*/d");
        var cases = from patterns in pattern.ListOf() from p in path select (patterns, p);
        Prop.ForAll(cases.ToArbitrary(), c =>
        {
            var matcher = new IgnoreMatcher([.. c.patterns]);
            string[] names = c.p.Split('/');
            bool pruned = Enumerable.Range(1, names.Length - 1).Any(i => matcher.CanPrune(string.Join('/', names.Take(i))));
            return !pruned || matcher.Matches(c.p);
        }).Check(Config.QuickThrowOnFailure.WithQuietOnSuccess(true));
    }

    [Fact]
    public void A_hostile_pattern_takes_no_time() =>
        Assert.False(new IgnoreMatcher([string.Concat(Enumerable.Repeat("*a", 200)) + "b"]).Matches(new string('a', 4000)));

    [Theory]
    [InlineData("a*", "a/b", false)]
    [InlineData("*/b", "a/b", true)]
    [InlineData("[^a-c]?", "dx", true)]
    [InlineData("**", "a/b", false)] // here ** is no more than *
    [InlineData("a\\*", "a*", true)]
    public void Names_match_as_in_Go(string pattern, string name, bool expected) => Assert.Equal(expected, GoPathMatch.IsMatch(pattern, name));

    [Theory]
    [InlineData("a//b/../c/.", "a/c")]
    [InlineData("../../a", "../../a")]
    [InlineData("/../a", "/a")]
    [InlineData("", ".")]
    public void Paths_are_cleaned_as_in_Go(string path, string expected) => Assert.Equal(expected, GoPath.Clean(path));
}
