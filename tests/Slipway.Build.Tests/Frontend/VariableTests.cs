using Slipway.Build.Graph;
using Slipway.Images.Model;
using static Slipway.Build.Tests.Frontend.Planning;

namespace Slipway.Build.Tests.Frontend;

public sealed class VariableTests
{
    [Fact]
    public async Task An_argument_is_in_the_environment_of_commands_but_not_of_the_image()
    {
        Plan plan = await PlanAsync("FROM base\nARG version=1\nRUN make");
        Assert.Contains("version=1", plan.LastRun().Environment);
        Assert.DoesNotContain("version=1", plan.Target.Config.Config.Env);
    }

    [Fact]
    public async Task A_build_argument_replaces_the_default()
    {
        Plan plan = await PlanAsync("FROM base\nARG version=1\nRUN make", Arguments(("version", "2")));
        Assert.Contains("version=2", plan.LastRun().Environment);
    }

    [Fact]
    public async Task A_default_may_use_the_variables_before_it()
    {
        Plan plan = await PlanAsync("FROM base\nENV major=3\nARG minor=4 full=$major.$minor\nRUN make");
        Assert.Contains("full=3.4", plan.LastRun().Environment);
    }

    [Fact]
    public async Task An_ENV_hides_an_ARG_of_the_same_name_wherever_it_stands()
    {
        ContainerConfig config = await ConfigAsync(
            "FROM base\nENV version=env\nARG version=arg\nLABEL version=$version", Arguments(("version", "given")));
        Assert.Equal("env", config.Labels["version"]);
    }

    [Fact]
    public async Task A_global_argument_is_seen_in_a_stage_only_when_it_is_declared_again()
    {
        const string Recipe = "ARG version=1\nFROM base AS hidden\nLABEL v=$version\nFROM base AS shown\nARG version\nLABEL v=$version";
        Assert.Equal("", (await ConfigAsync(Recipe, new() { Target = "hidden" })).Labels["v"]);
        Assert.Equal("1", (await ConfigAsync(Recipe)).Labels["v"]);
    }

    [Fact]
    public async Task Only_global_arguments_expand_in_FROM()
    {
        var images = new FakeBaseImages(("base", Plain), ("base:2", Plain));
        await PlanAsync("ARG tag=2\nFROM base:$tag\nARG tag=3", null, images);
        Assert.Equal(["base:2"], images.Asked);
    }

    [Fact]
    public async Task The_pairs_of_one_ENV_see_the_values_from_before_the_line()
    {
        ContainerConfig config = await ConfigAsync("FROM base\nENV abc=hello\nENV abc=bye def=$abc\nENV ghi=$abc");
        Assert.Equal(["abc=bye", "def=hello", "ghi=bye"], config.Env.Skip(1));
    }

    [Fact]
    public async Task Arguments_of_a_stage_are_not_handed_on_but_its_environment_is()
    {
        Plan plan = await PlanAsync("FROM base AS one\nARG a=1\nENV e=1\nFROM one\nRUN make");
        Assert.Contains("e=1", plan.LastRun().Environment);
        Assert.DoesNotContain("a=1", plan.LastRun().Environment);
    }

    [Fact]
    public async Task PATH_is_added_only_when_the_base_has_none()
    {
        Assert.Equal(["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"], (await ConfigAsync("FROM base")).Env);
        var images = new FakeBaseImages(("base", new ContainerConfig { Env = ["PATH=/opt/bin"] }));
        Assert.Equal(["PATH=/opt/bin"], (await ConfigAsync("FROM base", null, images)).Env);
    }

    [Fact]
    public async Task Proxies_are_given_to_commands_but_name_no_operation_and_no_history()
    {
        Plan with = await PlanAsync("FROM base\nRUN make", Arguments(("HTTP_PROXY", "http://proxy:3128")));
        Plan without = await PlanAsync("FROM base\nRUN make");
        Assert.Equal(["HTTP_PROXY=http://proxy:3128"], with.LastRun().ProxyEnvironment);
        Assert.Equal(without.Target.FileSystem.Definition, with.Target.FileSystem.Definition);
        Assert.DoesNotContain(with.Target.History, h => h.CreatedBy.Contains("3128", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_declared_proxy_is_an_argument_like_any_other()
    {
        Plan with = await PlanAsync("FROM base\nARG HTTP_PROXY\nRUN make", Arguments(("HTTP_PROXY", "http://proxy:3128")));
        Assert.Contains("HTTP_PROXY=http://proxy:3128", with.LastRun().Environment);
    }

    [Fact]
    public async Task Platform_arguments_need_only_an_ARG()
    {
        ContainerConfig config = await ConfigAsync(
            "FROM base\nARG TARGETARCH\nLABEL arch=$TARGETARCH os=$TARGETOS", new() { Platform = Platform.Parse("linux/arm64") });
        Assert.Equal("arm64", config.Labels["arch"]);
        Assert.Equal("", config.Labels["os"]);
    }

    [Fact]
    public async Task A_build_argument_nobody_declares_is_warned_of_with_the_name_that_was_meant()
    {
        Plan plan = await PlanAsync("FROM base\nARG version\nRUN make", Arguments(("verison", "2")));
        Assert.Equal("did you mean version?", Assert.Single(plan.Warnings).Help);
    }

    [Fact]
    public async Task Arguments_in_scope_are_shown_in_the_history_of_a_RUN()
    {
        Plan plan = await PlanAsync("FROM base\nARG a=1\nRUN make");
        Assert.Equal("RUN |1 a=1 /bin/sh -c make", plan.Target.History[^1].CreatedBy);
    }
}
