using Slipway.Conda.Matching;
using Slipway.Conda.Records;
using Slipway.Conda.Solving;
using Slipway.Conda.Versions;

namespace Slipway.Conda.Tests.Solving;

public sealed class CondaSolverTests
{
    [Fact]
    public async Task Extras_bring_the_requirements_of_their_group()
    {
        using SmallChannel channel = SmallChannel.Of(
            """ "name":"a","version":"1","depends":["b"],"extra_depends":{"plot":["c >=2"]} """, """ "name":"b","version":"1" """, """ "name":"c","version":"1" """, """ "name":"c","version":"2" """);
        Assert.Equal("a=1 b=1", await channel.SolveAsync("a"));
        Assert.Equal("a=1 b=1 c=2", await channel.SolveAsync("a[extras=[plot]]"));
        Assert.Equal("a=1 b=1", await channel.SolveAsync("a[extras=[no-such-group]]"));
    }

    [Fact]
    public async Task A_conditional_requirement_counts_when_its_condition_holds()
    {
        using SmallChannel channel = SmallChannel.Of(
            """ "name":"a","version":"1","depends":["b[when=\"python>=3.10 and __unix\"]","c[when=\"__win or python<3\"]"] """,
            """ "name":"b","version":"1" """, """ "name":"c","version":"1" """, """ "name":"python","version":"3.9" """, """ "name":"python","version":"3.12" """);
        Assert.Equal("a=1", await channel.SolveAsync("a"));
        Assert.Equal("a=1 b=1 python=3.12", await channel.SolveAsync("a", "python"));
        Assert.Equal("a=1 python=3.9", await channel.SolveAsync("a", "python<3.10"));
    }

    [Fact]
    public async Task Flags_choose_a_variant()
    {
        using SmallChannel channel = SmallChannel.Of(
            """ "name":"a","version":"1","flags":["cuda","blas:mkl"] """, """ "name":"a","version":"2","flags":["cpu"] """);
        Assert.Equal("a=2", await channel.SolveAsync("a"));
        Assert.Equal("a=1", await channel.SolveAsync("a[flags=[cuda, 'blas:*']]"));
    }

    [Fact]
    public async Task What_the_channel_got_after_the_limit_does_not_exist()
    {
        using SmallChannel channel = SmallChannel.Of(
            """ "name":"a","version":"1","timestamp":1600000000 """, """ "name":"a","version":"2","timestamp":1500000000000,"indexed_timestamp":1700000000000 """, """ "name":"a","version":"0" """);
        CondaRequest request = SmallChannel.Request("a") with { ExcludeNewer = DateTimeOffset.FromUnixTimeSeconds(1_650_000_000) };
        Assert.Equal("a=1", SmallChannel.Text(await channel.SolveAsync(request)));
        Assert.Equal("a=0", SmallChannel.Text(await channel.SolveAsync(request with { ExcludeNewer = DateTimeOffset.FromUnixTimeSeconds(1) })));
    }

    [Fact]
    public async Task Earlier_picks_stay_where_they_fit()
    {
        using SmallChannel channel = SmallChannel.Of(""" "name":"a","version":"1" """, """ "name":"a","version":"2" """, """ "name":"b","version":"1","depends":["a >=2"] """);
        PackageRecord[] before = [new() { Name = "a", Version = CondaVersion.Parse("1"), Build = "0" }];
        Assert.Equal("a=1", SmallChannel.Text(await channel.SolveAsync(SmallChannel.Request("a") with { Preferred = before })));
        Assert.Equal("a=2 b=1", SmallChannel.Text(await channel.SolveAsync(SmallChannel.Request("a", "b") with { Preferred = before })));
    }

    [Fact]
    public async Task A_pin_narrows_and_asks_for_nothing()
    {
        using SmallChannel channel = SmallChannel.Of(""" "name":"a","version":"1","depends":["b"] """, """ "name":"b","version":"1" """, """ "name":"b","version":"2" """, """ "name":"c","version":"1" """);
        MatchSpec[] pins = [MatchSpec.Parse("b<2", ParseMode.Strict), MatchSpec.Parse("c<1", ParseMode.Strict)];
        Assert.Equal("a=1 b=1", SmallChannel.Text(await channel.SolveAsync(SmallChannel.Request("a") with { Pins = pins })));
    }

    [Fact]
    public async Task A_record_whose_requirements_cannot_be_read_is_not_chosen()
    {
        using SmallChannel channel = SmallChannel.Of(""" "name":"a","version":"2","depends":["b ===="] """, """ "name":"a","version":"1" """);
        Assert.Equal("a=1", await channel.SolveAsync("a"));
        Assert.Contains("b ====", await channel.SolveAsync("a==2"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_channel_cannot_say_what_the_target_is()
    {
        using SmallChannel channel = SmallChannel.Of(""" "name":"__cuda","version":"12" """, """ "name":"a","version":"1","depends":["__cuda"] """);
        Assert.Contains("CONDA_OVERRIDE_CUDA", await channel.SolveAsync("a"), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("numpi", "Did you mean numpy?")]
    [InlineData("numpy>3", "numpy 1.0 to 2.0")]
    [InlineData("numpy==2.0[build=mkl]", "there are 0")]
    [InlineData("matplotlib", "pip:")]
    public async Task A_request_that_nothing_answers_comes_with_a_hint(string spec, string part)
    {
        using SmallChannel channel = SmallChannel.Of(""" "name":"numpy","version":"1.0" """, """ "name":"numpy","version":"2.0" """);
        Assert.Contains(part, await channel.SolveAsync(spec), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_contradiction_names_both_sides()
    {
        using SmallChannel channel = SmallChannel.Of(
            """ "name":"a","version":"1","depends":["c <2"] """, """ "name":"b","version":"1","depends":["c >=2"] """, """ "name":"c","version":"1" """, """ "name":"c","version":"2" """);
        string explanation = await channel.SolveAsync("a", "b");
        Assert.All(new[] { "a", "b", "c <2", "c >=2" }, part => Assert.Contains(part, explanation, StringComparison.Ordinal));
    }
}
