using Slipway.Build.Graph;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using static Slipway.Build.Tests.Frontend.Planning;

namespace Slipway.Build.Tests.Frontend;

public sealed class OnbuildTests
{
    private static FakeBaseImages Base(params string[] triggers) => new(("base", new ContainerConfig { OnBuild = triggers }));

    [Fact]
    public async Task Triggers_of_the_base_run_first_and_in_order() =>
        Assert.Equal(["one", "two", "own"], (await PlanAsync("FROM base\nRUN own", null, Base("RUN one", "RUN two"))).Commands());

    [Fact]
    public async Task Triggers_of_a_stage_run_in_the_stages_made_from_it()
    {
        const string Recipe = "FROM base AS parent\nONBUILD RUN trigger\nRUN parent\nFROM parent AS child\nFROM child AS grandchild";
        Assert.Equal(["parent"], (await PlanAsync(Recipe, new() { Target = "parent" })).Commands());
        Assert.Equal(["parent", "trigger"], (await PlanAsync(Recipe, new() { Target = "child" })).Commands());
        Assert.Equal(["parent", "trigger"], (await PlanAsync(Recipe, new() { Target = "grandchild" })).Commands());
    }

    [Fact]
    public async Task Triggers_are_kept_in_the_image_that_sets_them_and_gone_from_the_next()
    {
        Assert.Equal(["RUN trigger"], (await ConfigAsync("FROM base\nONBUILD RUN trigger")).OnBuild);
        Assert.Empty((await ConfigAsync("FROM base", null, Base("RUN trigger"))).OnBuild);
    }

    [Fact]
    public async Task A_trigger_sees_the_variables_of_where_it_runs()
    {
        ContainerConfig config = await ConfigAsync("FROM base\nENV after=1", Arguments(("name", "given")), Base("ARG name=none", "LABEL name=$name"));
        Assert.Equal("given", config.Labels["name"]);
    }

    [Fact]
    public async Task A_trigger_may_need_another_stage()
    {
        Plan plan = await PlanAsync("FROM base:tools AS tools\nRUN tools\nFROM base", null, new FakeBaseImages(
            ("base", new ContainerConfig { OnBuild = ["COPY --from=tools /t /t"] }), ("base:tools", Plain)));
        Assert.Equal(["tools", "1"], plan.Stages.Select(s => s.Name));
    }

    [Fact]
    public async Task What_is_wrong_with_a_trigger_names_the_image_it_comes_from()
    {
        Diagnostic error = Assert.Single(await ErrorsAsync("FROM base", null, Base("EXPOSE many")));
        Assert.Contains("ONBUILD of base", error.Source!.Path, StringComparison.Ordinal);
    }
}
