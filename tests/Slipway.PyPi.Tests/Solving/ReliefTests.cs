namespace Slipway.PyPi.Tests.Solving;

/// <summary>When there is no solution, what would be one is said if it was found, whatever it costs an index to be asked.</summary>
public sealed class ReliefTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_version_of_a_requirement_is_named_with_what_it_would_be(bool isLocal)
    {
        SmallIndex index = new SmallIndex { MetadataIsLocal = isLocal }.Add("pandas", "3.0", ["numpy>=2"]).Add("numpy", "1.26").Add("numpy", "2.1");
        Assert.Equal(["there is a solution with numpy 2.1 instead of numpy<2"], await HintsAsync(index, "pandas", "numpy<2"));
    }

    [Fact]
    public async Task Of_requirements_that_exclude_each_other_each_is_left_out_on_trial()
    {
        SmallIndex index = new SmallIndex { MetadataIsLocal = false }.Add("a", "1", ["c<2"]).Add("b", "1", ["c>=2"]).Add("c", "1").Add("c", "2");
        Assert.Equal(["there is a solution without b", "there is a solution without a"], await HintsAsync(index, "a", "b"));
    }

    [Fact]
    public async Task Pre_releases_that_would_do_are_named_where_they_were_excluded()
    {
        SmallIndex index = new SmallIndex { MetadataIsLocal = false }.Add("tool", "1.0", ["lib>=2.0rc1"]).Add("lib", "1.0").Add("lib", "2.0rc1");
        Assert.Equal(["there is a solution with pre-releases: lib 2.0rc1 (--only-final excludes them)"], (await index.SolveAsync(r => r with { Prereleases = _ => false }, "tool")).Explanation!.Hints.Where(h => !h.StartsWith("index.example", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task The_nearest_Python_that_would_do_is_named()
    {
        SmallIndex index = new SmallIndex { MetadataIsLocal = false }.Add("new", "1.0", requiresPython: ">=3.12").Add("old", "1.0", wheels: ["cp310-cp310-manylinux_2_17_x86_64"]).Add("never", "1.0", requiresPython: "<3");
        Assert.Contains("there is a solution for Python 3.12", await HintsAsync(index, "new"));
        Assert.Contains("there is a solution for Python 3.10", await HintsAsync(index, "old"));
        Assert.DoesNotContain(await HintsAsync(index, "never"), hint => hint.Contains("for Python", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Nothing_is_built_to_find_out_what_would_help()
    {
        SmallIndex index = new SmallIndex { MetadataIsLocal = false }.Add("a", "1", ["c<2"]).Add("b", "1", ["c>=2"]).Add("b", "0.9", wheels: [], source: true).Add("c", "1").Add("c", "2");
        await HintsAsync(index, "a", "b>=1");
        Assert.DoesNotContain(("b", "0.9"), index.Asked);
    }

    [Fact]
    public async Task So_many_questions_are_asked_for_it_and_no_more()
    {
        var index = new SmallIndex { MetadataIsLocal = false };
        index.Add("a", "1", ["c<1"]).Add("b", "1000", ["c>=1"]).Add("c", "0.1").Add("c", "1");
        for (int i = 1; i < 1000; i++)
        {
            index.Add("b", $"{i}", ["c>=1"]);
        }

        await HintsAsync(index, "a", "b>=1000");
        Assert.InRange(index.Asked.Distinct().Count(), 2, 300);
    }

    private static async Task<IReadOnlyList<string>> HintsAsync(SmallIndex index, params string[] requirements) => (await index.SolveAsync(requirements)).Explanation!.Hints;
}
