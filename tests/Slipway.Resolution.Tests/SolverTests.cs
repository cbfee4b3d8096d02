namespace Slipway.Resolution.Tests;

public sealed class SolverTests
{
    [Fact]
    public async Task The_best_version_is_chosen() =>
        Assert.Equal("a 3", await new ToyWorld().Add("a 1").Add("a 3").Add("a 2").SolveAsync("a"));

    [Fact]
    public async Task A_choice_is_taken_back_when_what_it_needs_is_not_there() =>
        Assert.Equal("a 1, b 1", await new ToyWorld().Add("a 2", "b 2").Add("a 1", "b 1").Add("b 1").SolveAsync("a"));

    [Fact]
    public async Task The_first_wish_has_the_best_of_what_both_want() =>
        Assert.Equal("x 2, y 1", await new ToyWorld().Add("x 2", "y 1").Add("x 1").Add("y 2").Add("y 1").SolveAsync("x", "y"));

    [Fact]
    public async Task The_order_of_wishes_decides() =>
        Assert.Equal("x 1, y 2", await new ToyWorld().Add("x 2", "y 1").Add("x 1").Add("y 2").Add("y 1").SolveAsync("y", "x"));

    [Fact]
    public async Task What_nobody_needs_stays_out() =>
        Assert.Equal("a 1", await new ToyWorld().Add("a 1", "?b >=2").Add("b 1").Add("c 1").SolveAsync("a"));

    [Fact]
    public async Task A_constraint_counts_once_its_name_is_there() =>
        Assert.Equal("a 1, b 2, c 1", await new ToyWorld().Add("a 1", "?b <3").Add("b 2").Add("b 3").Add("c 1", "b").SolveAsync("a", "c"));

    [Fact]
    public async Task Packages_may_need_each_other() =>
        Assert.Equal("a 1, b 1", await new ToyWorld().Add("a 1", "b").Add("b 1", "a").SolveAsync("a"));

    [Fact]
    public async Task A_package_may_constrain_itself() =>
        Assert.Equal("a 2", await new ToyWorld().Add("a 3", "a <3").Add("a 2", "a <=2").SolveAsync("a"));

    [Fact]
    public async Task A_condition_that_holds_brings_its_dependency() =>
        Assert.Equal("a 1, b 1, c 1", await new ToyWorld().Add("a 1", "b when c").Add("b 1").Add("c 1").SolveAsync("a", "c"));

    [Fact]
    public async Task A_condition_that_does_not_hold_brings_nothing() =>
        Assert.Equal("a 1, c 1", await new ToyWorld().Add("a 1", "b when c >=2", "b when d").Add("b 1").Add("c 1").Add("d 1").SolveAsync("a", "c"));

    [Fact]
    public async Task A_condition_may_be_avoided_when_its_dependency_cannot_be_met() =>
        Assert.Equal("a 1, c 1", await new ToyWorld().Add("a 1", "b when c >=2").Add("c 1").Add("c 2").SolveAsync("a", "c"));

    [Fact]
    public async Task An_extra_brings_its_package_in_the_same_version() =>
        Assert.Equal("a 1, a[x] 1, b 1", await new ToyWorld().Add("a 1").Add("a 2").Add("a[x] 1", "b").Add("a[x] 2", "b >=2").Add("b 1").SolveAsync("a[x]"));

    [Fact]
    public async Task The_preferred_candidate_is_tried_before_better_ones() =>
        Assert.Equal("a 2, b 1", await new ToyWorld().Add("a 1").Add("a 2", "b").Add("a 3").Add("b 1").Add("b 2").Prefer("a 2").Prefer("b 1").SolveAsync("a"));

    [Fact]
    public async Task A_preference_gives_way_to_what_is_asked_for() =>
        Assert.Equal("a 3", await new ToyWorld().Add("a 1").Add("a 3").Prefer("a 1").SolveAsync("a >1"));

    [Fact]
    public async Task Given_facts_are_part_of_the_solution_and_come_first()
    {
        ToyWorld world = new ToyWorld().Add("libc 217").Add("a 1").Add("a 2", "libc >=228").Add("a 3", "?libc <200");
        var solution = Assert.IsType<Solution>(await world.RunAsync("a", "@libc 217"));
        Assert.Equal(["libc 217", "a 1"], solution.Picks.Select(world.Text));
    }

    [Fact]
    public async Task Excluded_candidates_and_those_without_known_dependencies_are_passed_over() =>
        Assert.Equal("a 1", await new ToyWorld().Add("a 3").Add("a 2").Add("a 1").Exclude("a 3", "yanked").MakeUnknown("a 2", "its metadata are broken").SolveAsync("a"));

    [Fact]
    public async Task Only_names_that_are_required_are_fetched()
    {
        ToyWorld world = new ToyWorld().Add("a 1", "b", "?c >=2", "d when e").Add("b 1").Add("c 1").Add("d 1").Add("e 1");
        await world.RunAsync("a");
        Assert.Equal(["a", "a 1", "b", "b 1"], world.Asked);
    }

    [Fact]
    public async Task Dependencies_from_afar_are_only_fetched_for_candidates_that_are_tried()
    {
        ToyWorld world = new ToyWorld { IsLocal = false }.Add("a 1").Add("a 2", "b 1").Add("a 3", "b 1").Add("b 1").Add("b 2");
        Assert.Equal("a 1, b 2", await world.SolveAsync("b 2", "a"));
        Assert.Equal(["b", "a", "b 2", "a 3", "a 2", "a 1"], world.Asked);
    }

    [Fact]
    public async Task One_failure_of_a_package_at_hand_rules_out_all_versions_with_the_same_need()
    {
        ToyWorld world = new ToyWorld().Add("b 1").Add("b 2").Add("a 0");
        for (int version = 1; version <= 50; version++)
        {
            world.Add($"a {version}", "b 1");
        }

        var solution = Assert.IsType<Solution>(await world.RunAsync("b 2", "a"));
        Assert.Equal(["b 2", "a 0"], solution.Picks.Select(world.Text));
        Assert.Equal(new SolveCounters(Decisions: 0, Conflicts: 0, Propagations: 4, Learned: 0, Rules: 3, Names: 2, Candidates: 52), solution.Counters);
    }

    [Fact]
    public async Task Names_are_announced_together_before_they_are_asked_for()
    {
        ToyWorld world = new ToyWorld { IsLocal = false }.Add("a 1", "c", "d").Add("b 1").Add("b 2").Add("c 1").Add("d 1");
        await world.RunAsync("a", "b");
        Assert.Equal(["a", "b", "c", "d", "a 1", "b 2", "c 1", "d 1"], world.Expected);
    }

    [Fact]
    public async Task After_many_versions_that_are_no_good_the_next_are_announced_in_batches()
    {
        ToyWorld world = new ToyWorld { IsLocal = false }.Add("b 1").Add("b 2");
        for (int version = 1; version <= 20; version++)
        {
            world.Add($"a {version}", version < 3 ? [] : [$"b <={version % 2}"]);
        }

        Assert.Equal("a 2, b 2", await world.SolveAsync("b 2", "a"));
        Assert.Equal(
            ["b", "a", "b 2", "a 20", "a 16", "a 15", "a 14", "a 13", "a 12", "a 11", "a 10", "a 9", "a 8", "a 7", "a 6", "a 5", "a 4", "a 3", "a 2", "a 1"],
            world.Expected.Distinct());
    }

    [Fact]
    public async Task The_same_request_takes_the_same_work()
    {
        ToyWorld world = Tangle.Make(1);
        SolveResult first = await world.RunAsync("a", "b", "c"), second = await Tangle.Make(1).RunAsync("a", "b", "c");
        Assert.Equal(world.Show(first), world.Show(second));
        Assert.Equal(first.Counters, second.Counters);
    }

    [Theory]
    [InlineData(1, 205, 129, 3710, 92)]
    [InlineData(2, 315, 213, 7990, 167)]
    [InlineData(3, 287, 191, 4969, 141)]
    public async Task A_tangle_takes_this_much_work(int seed, int decisions, int conflicts, int propagations, int learned)
    {
        SolveCounters counters = Assert.IsType<Solution>(await Tangle.Make(seed).RunAsync("a", "b", "c")).Counters;
        Assert.Equal((decisions, conflicts, propagations, learned), (counters.Decisions, counters.Conflicts, counters.Propagations, counters.Learned));
    }

    [Fact]
    public async Task A_search_with_a_limit_gives_up_and_names_who_fought()
    {
        ToyWorld world = Tangle.Make(1);
        var result = Assert.IsType<GaveUp>(await Solver.SolveAsync(
            world, world.RequestFor("a", "b", "c") with { MaximumConflicts = 1 }, TestContext.Current.CancellationToken));
        Assert.Equal(1, result.Counters.Conflicts);
        Assert.NotEmpty(result.Contested);
    }

    [Fact]
    public async Task Cancelling_ends_the_search()
    {
        using var cancellation = new CancellationTokenSource();
        ToyWorld world = Tangle.Make(1);
        world.BeforeAnswer = async asked =>
        {
            if (asked == "b")
            {
                await cancellation.CancelAsync();
            }
        };
        await Assert.ThrowsAnyAsync<OperationCanceledException>(async () => await Solver.SolveAsync(world, world.RequestFor("a", "b", "c"), cancellation.Token));
        Assert.Equal(["a", "b"], world.Asked);
    }

    [Fact]
    public async Task A_failure_of_the_provider_is_passed_on()
    {
        ToyWorld world = new ToyWorld { BeforeAnswer = asked => asked == "b" ? throw new IOException("the channel is gone") : default }.Add("a 1", "b").Add("b 1");
        Assert.Equal("the channel is gone", (await Assert.ThrowsAsync<IOException>(() => world.SolveAsync("a"))).Message);
    }

    [Fact]
    public async Task Answers_that_take_time_change_nothing()
    {
        ToyWorld slow = Tangle.Make(1);
        slow.BeforeAnswer = async _ => await Task.Yield();
        SolveResult late = await slow.RunAsync("a", "b", "c"), early = await Tangle.Make(1).RunAsync("a", "b", "c");
        Assert.Equal(slow.Show(early), slow.Show(late));
        Assert.Equal(early.Counters, late.Counters);
    }
}
