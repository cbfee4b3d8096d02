using System.Collections.Immutable;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Foundation.Text;

namespace Slipway.Build.Tests.Frontend;

/// <summary>Stages that the recipe names and something else makes.</summary>
public sealed class VirtualStageTests
{
    [Fact]
    public async Task The_whole_folder_becomes_its_layers_and_brings_its_variables()
    {
        Plan plan = await PlanAsync("FROM base\nCOPY --from=pack:a /opt/p/ /opt/p\nRUN one");
        Assert.Equal(["lower", "upper"], plan.Chain().OfType<LayerOperation>().Select(l => ((FakeVirtualStages.Layer)l.Source).Name));
        Assert.Contains("PLACE=/opt/p", plan.LastRun().Environment);
        Assert.Contains("ENV PLACE=/opt/p (pack:a)", plan.Target.History.Select(h => h.CreatedBy));
    }

    [Theory]
    [InlineData("/ /")]
    [InlineData("/opt /opt")]
    [InlineData("/opt/p /opt/p/")]
    [InlineData("--link /opt/p /opt/p")]
    public async Task The_whole_folder_is_found_however_it_is_written(string words) =>
        Assert.Equal(2, (await PlanAsync($"FROM base\nCOPY --from=pack:a {words}")).Chain().OfType<LayerOperation>().Count());

    [Theory]
    [InlineData("/opt/p/bin/tool /usr/bin/", false)]
    [InlineData("--chown=1:2 /opt/p /opt/p", true)]
    [InlineData("--exclude=x /opt/p /opt/p", true)]
    [InlineData("--parents /opt/p /", true)]
    public async Task Anything_else_is_a_copy_and_only_the_whole_brings_variables(string words, bool hasVariables)
    {
        Plan plan = await PlanAsync($"FROM base\nCOPY --from=pack:a {words}\nRUN one");
        CopyOperation copy = Assert.Single(plan.Chain().OfType<CopyOperation>());
        Assert.IsType<OperationSource>(copy.Copy.Items[0].From);
        Assert.Equal(hasVariables, plan.LastRun().Environment.Contains("PLACE=/opt/p"));
    }

    [Fact]
    public async Task A_stage_is_built_from_it_and_a_mount_reads_it()
    {
        Plan plan = await PlanAsync("FROM pack:a\nRUN --mount=from=pack:b,target=/m one");
        Assert.Equal("base", ((ImageOperation)plan.Chain()[0]).Image.Reference!.Familiar.Split(':')[0]);
        Assert.Equal(["tool"], plan.Target.Config.Config.Cmd);
        Assert.Contains("LANGUAGE=none", plan.Target.Config.Config.Env);
        Assert.IsType<OperationSource>(plan.LastRun().Mounts[0].From);
    }

    [Fact]
    public async Task A_named_context_of_that_name_comes_first()
    {
        var options = new PlanOptions { VirtualStages = new FakeVirtualStages(), NamedContexts = ImmutableDictionary<string, string?>.Empty.Add("pack:a", null) };
        Plan plan = await Planning.PlanAsync("FROM base\nCOPY --from=pack:a /x /x", options);
        Assert.IsType<ContextSource>(Assert.Single(plan.Chain().OfType<CopyOperation>()).Copy.Items[0].From);
    }

    [Theory]
    [InlineData("COPY --from=pack:a /opt/p /opt/q", "wrong-prefix", 2)]
    [InlineData("COPY --from=pack:a /opt /", "wrong-prefix", 2)]
    [InlineData("COPY --from=pack:a /usr/bin/x /x", "not-in-environment", 2)]
    [InlineData("COPY --from=pack:a /opt/p /opt/p\nCOPY --from=pack:b /opt/p /opt/p", "two-environments", 3)]
    [InlineData("COPY --from=pack:none /opt/p /opt/p", "no-pack", 2)]
    [InlineData("RUN --mount=from=pack:none,target=/m one", "no-pack", 2)]
    public async Task What_cannot_be_is_an_error_at_its_place(string instructions, string code, int line)
    {
        Diagnostic error = Assert.Single(await Planning.ErrorsAsync("FROM base\n" + instructions, new PlanOptions { VirtualStages = new FakeVirtualStages() }));
        Assert.Equal((code, line), (error.Code, error.Position!.Value.Line));
    }

    private static Task<Plan> PlanAsync(string recipe) => Planning.PlanAsync(recipe, new PlanOptions { VirtualStages = new FakeVirtualStages() });
}
