namespace Slipway.Resolution.Tests;

/// <summary>What a person reads when there is no solution.</summary>
public sealed class ExplanationTests
{
    [Fact]
    public async Task A_wish_for_a_package_that_does_not_exist() =>
        await IsExplained(new ToyWorld().Add("a 1"), ["a", "r-dplyr"],
            "r-dplyr is asked for, but there is no such package",
            "hint: no package is called r-dplyr");

    [Fact]
    public async Task A_wish_that_no_version_meets() =>
        await IsExplained(new ToyWorld().Add("a 1").Add("a 2"), ["a >=3"],
            "a >=3 is asked for, but no a is that",
            "hint: a >=3 matches none of 2, 1");

    [Fact]
    public async Task Two_wishes_for_one_name() =>
        await IsExplained(new ToyWorld().Add("a 1").Add("a 2"), ["a >=2", "a <2"],
            "a >=2 is asked for",
            "a <2 is asked for, which leaves no a");

    [Fact]
    public async Task A_wish_against_what_all_versions_of_another_need() =>
        await IsExplained(new ToyWorld().Add("pandas 3", "numpy >=2").Add("pandas 4", "numpy >=2").Add("numpy 1").Add("numpy 2"), ["pandas", "numpy <2"],
            "pandas is asked for",
            "every pandas needs numpy >=2",
            "numpy <2 is asked for, which leaves no numpy");

    [Fact]
    public async Task Versions_with_different_needs_are_told_together() =>
        await IsExplained(
            new ToyWorld().Add("tool 1", "python 27").Add("tool 2", "python >=27,<35").Add("tool 3", "python 35").Add("tool 4", "python 36").Add("tool 5", "python <=37")
                .Add("python 27").Add("python 34").Add("python 35").Add("python 36").Add("python 37").Add("python 312").Add("python 313"),
            ["python >=312", "tool"],
            "python >=312 is asked for",
            "tool is asked for",
            "every tool needs python 27 to 37, which leaves no python");

    [Fact]
    public async Task A_chain_is_told_from_the_wish_down() =>
        await IsExplained(
            new ToyWorld().Add("app 1", "web >=2").Add("web 2", "tls 3").Add("web 3", "tls 3").Add("tls 3", "libc >=228").Add("tls 2").Add("libc 217"),
            ["app", "@libc 217"],
            "app is asked for",
            "app 1 needs web >=2",
            "every web needs tls 3",
            "tls 3 needs libc >=228, but the target has libc 217",
            "hint: libc >=228 matches none of 217");

    [Fact]
    public async Task Two_chains_that_meet() =>
        await IsExplained(
            new ToyWorld().Add("a 1", "b").Add("b 1", "x <3").Add("b 2", "x <3").Add("c 1", "d").Add("d 1", "x >=3").Add("x 1").Add("x 2").Add("x 3").Add("x 4"),
            ["a", "c"],
            "a is asked for",
            "a 1 needs b",
            "every b needs x <3",
            "c is asked for",
            "c 1 needs d",
            "d 1 needs x >=3, which leaves no x");

    [Fact]
    public async Task A_constraint_of_a_package_that_is_there() =>
        await IsExplained(new ToyWorld().Add("a 1", "?b >=2").Add("b 1").Add("b 2").Add("c 1", "b <2"), ["a", "c"],
            "a is asked for",
            "a 1 only goes with b >=2",
            "c is asked for",
            "c 1 needs b <2, which leaves no b");

    [Fact]
    public async Task A_pin() =>
        await IsExplained(new ToyWorld().Add("a 1", "b >=2").Add("b 1").Add("b 2"), ["a", "?b 1"],
            "a is asked for",
            "a 1 needs b >=2",
            "only b 1 is allowed, which leaves no b");

    [Fact]
    public async Task A_circle_that_does_not_close() =>
        await IsExplained(new ToyWorld().Add("a 1", "b 1").Add("a 2", "b 2").Add("b 1", "a 2").Add("b 2", "a 1"), ["a"],
            "a is asked for",
            "with a 2:",
            "  a 2 needs b 2",
            "  b 2 needs a 1, which leaves no a",
            "with a 1:",
            "  a 1 needs b 1",
            "  b 1 needs a 2, which leaves no a");

    [Fact]
    public async Task Versions_that_fail_each_for_a_reason_of_its_own() =>
        await IsExplained(
            new ToyWorld().Add("a 1", "gone").Add("a 2", "b 9").Add("a 3", "c 1").Add("b 1").Add("c 1").Add("c 2"),
            ["a", "c 2"],
            "a is asked for",
            "c 2 is asked for",
            "a 3 needs c 1, which leaves a 1 to 2",
            "a 2 needs b 9, which leaves a 1",
            "a 1 needs gone, but there is no gone",
            "hint: b 9 matches none of 1",
            "hint: no package is called gone");

    [Fact]
    public async Task Excluded_versions_and_unknown_dependencies() =>
        await IsExplained(new ToyWorld().Add("a 1").Add("a 2").Exclude("a 2", "needs Python 3.13").MakeUnknown("a 1", "it has no build for this target"), ["a"],
            "a is asked for",
            "a 2 is excluded: needs Python 3.13, which leaves a 1",
            "a 1 is excluded: it has no build for this target, which leaves no a");

    [Fact]
    public async Task An_extra() =>
        await IsExplained(new ToyWorld().Add("a 1").Add("a 2").Add("a[x] 1").Add("a[x] 2", "b").Add("b 1", "c 2").Add("c 1").Add("c 2"), ["a >=2", "a[x]", "c 1"],
            "a >=2 is asked for",
            "a[x] is asked for",
            "c 1 is asked for",
            "a[x] 1 comes with a in the same version, which leaves a[x] 2",
            "a[x] 2 needs b",
            "b 1 needs c 2, which leaves no c");

    [Fact]
    public async Task A_condition() =>
        await IsExplained(new ToyWorld().Add("a 1", "b 1 when c >=2").Add("b 1").Add("b 2").Add("c 1").Add("c 2"), ["a", "b 2", "c 2"],
            "a is asked for",
            "b 2 is asked for",
            "c 2 is asked for",
            "a 1 needs b 1 when there is c >=2, which leaves no b");

    [Fact]
    public async Task A_contradiction_that_would_take_pages_is_summed_up()
    {
        // Five pigeons and four holes.
        string[] pigeons = ["a", "b", "c", "d", "e"];
        var world = new ToyWorld();
        foreach (string pigeon in pigeons)
        {
            for (int hole = 1; hole <= 4; hole++)
            {
                world.Add($"{pigeon} {hole}", [.. pigeons.Where(other => other != pigeon).Select(other => $"?{other} !={hole}")]);
            }
        }

        Explanation explanation = Assert.IsType<Unsolvable>(await world.RunAsync(pigeons)).Explanation;
        Assert.Equal([.. pigeons.Select(pigeon => $"{pigeon} is asked for"), $"of what they need, no versions of a, b, c, d, e go together ({explanation.Facts.Count} facts)"], explanation.Lines);
        Assert.Equal(["there is a solution without e", "there is a solution without d", "there is a solution without c"], explanation.Hints);
    }

    [Fact]
    public async Task Facts_name_the_wishes_that_contradict_each_other()
    {
        ToyWorld world = new ToyWorld().Add("a 1").Add("b 1", "c 2").Add("c 1").Add("c 2");
        var failure = Assert.IsType<Unsolvable>(await world.RunAsync("a", "b", "c 1"));
        Assert.Equal([1, 2], failure.Explanation.Facts.OfType<Fact.Wish>().Select(wish => wish.Index).Order());
    }

    [Fact]
    public async Task A_wish_less_is_offered_where_that_helps() =>
        Assert.Equal(
            ["there is a solution with numpy 2 instead of numpy <2"],
            await HintsOf(new ToyWorld().Add("pandas 3", "numpy >=2").Add("numpy 1").Add("numpy 2"), "pandas", "numpy <2"));

    [Fact]
    public async Task Another_version_of_a_wish_is_offered_though_nothing_else_needs_it() =>
        Assert.Equal(
            ["there is a solution with numpy 2 instead of numpy <2", "there is a solution with python 10 instead of python 12"],
            await HintsOf(new ToyWorld().Add("python 10").Add("python 12").Add("numpy 1", "python 10").Add("numpy 2"), "python 12", "numpy <2"));

    [Fact]
    public async Task To_go_without_is_offered_where_nothing_else_helps() =>
        Assert.Equal(
            ["there is a solution without b", "there is a solution without a"],
            await HintsOf(new ToyWorld().Add("a 1", "c 1").Add("b 1", "c 2").Add("c 1").Add("c 2"), "a", "b"));

    [Fact]
    public async Task A_wish_less_is_not_offered_where_it_does_not_help() =>
        Assert.Equal(
            ["there is a solution with c 3 instead of c 1"],
            await HintsOf(new ToyWorld().Add("a 1", "c >=2").Add("b 1", "c >=3").Add("c 1").Add("c 2").Add("c 3"), "a", "b", "c 1"));

    [Fact]
    public async Task The_target_is_never_offered_to_be_changed() =>
        Assert.Equal(
            ["libc >=3 matches none of 2"],
            await HintsOf(new ToyWorld().Add("a 1", "libc >=3").Add("libc 2"), "a", "@libc"));

    private static async Task<IReadOnlyList<string>> HintsOf(ToyWorld world, params string[] wishes) =>
        Assert.IsType<Unsolvable>(await world.RunAsync(wishes)).Explanation.Hints;

    /// <summary>Leaves out the hints about a wish less, which have tests of their own.</summary>
    private static async Task IsExplained(ToyWorld world, string[] wishes, params string[] expected) =>
        Assert.Equal(string.Join('\n', expected), string.Join('\n', (await world.SolveAsync(wishes)).Split('\n').Where(line => !line.StartsWith("hint: there is a solution", StringComparison.Ordinal))));
}
