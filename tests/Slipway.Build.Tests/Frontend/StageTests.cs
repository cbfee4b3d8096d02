using System.Collections.Immutable;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Foundation.Text;
using static Slipway.Build.Tests.Frontend.Planning;

namespace Slipway.Build.Tests.Frontend;

public sealed class StageTests
{
    [Fact]
    public async Task An_unused_stage_never_asks_for_its_base()
    {
        var images = new FakeBaseImages(("base", Plain));
        Plan plan = await PlanAsync("FROM nowhere AS unused\nRUN one\nFROM base\nRUN two", null, images);
        Assert.Equal(["base"], images.Asked);
        Assert.Equal(["1"], plan.Stages.Select(s => s.Name));
    }

    [Fact]
    public async Task What_COPY_and_mounts_take_from_is_used()
    {
        Plan plan = await PlanAsync(
            "FROM base AS a\nFROM base AS b\nFROM base AS c\nFROM base\nCOPY --from=a /x /x\nRUN --mount=from=b,target=/b make");
        Assert.Equal(["a", "b", "3"], plan.Stages.Select(s => s.Name));
    }

    [Fact]
    public async Task Stages_are_found_by_number_and_in_any_letter_case()
    {
        Plan plan = await PlanAsync("FROM base AS Tools\nRUN t\nFROM base\nCOPY --from=0 /x /x\nCOPY --from=TOOLS /y /y");
        Operation[] sources = [.. plan.Chain().OfType<CopyOperation>().Select(c => ((OperationSource)c.Copy.Items[0].From).Operation)];
        Assert.Same(sources[0], sources[1]);
    }

    [Fact]
    public async Task COPY_may_take_from_an_image()
    {
        var images = new FakeBaseImages(("base", Plain), ("tools:1", Plain));
        Plan plan = await PlanAsync("FROM base\nCOPY --from=tools:1 /x /x", null, images);
        Assert.IsType<ImageOperation>(plan.Target.FileSystem.Inputs[1]);
        Assert.Equal(["base", "tools:1"], images.Asked);
    }

    [Fact]
    public async Task The_target_is_the_last_stage_unless_another_is_named()
    {
        const string Recipe = "FROM base AS one\nRUN 1\nFROM base AS two\nRUN 2";
        Assert.Equal(["2"], (await PlanAsync(Recipe)).Commands());
        Assert.Equal(["1"], (await PlanAsync(Recipe, new() { Target = "ONE" })).Commands());
        Assert.Equal(["1"], (await PlanAsync(Recipe, new() { Target = "0" })).Commands());
    }

    [Fact]
    public async Task An_unknown_target_is_refused_with_the_nearest_name()
    {
        Diagnostic error = Assert.Single(await ErrorsAsync("FROM base AS builder\nFROM base AS runtime", new() { Target = "runtim" }));
        Assert.Equal("unknown-target", error.Code);
        Assert.Equal("did you mean --target runtime?", error.Help);
    }

    [Fact]
    public async Task An_unknown_target_unlike_any_lists_the_stages()
    {
        Diagnostic error = Assert.Single(await ErrorsAsync("FROM base AS builder\nFROM base", new() { Target = "zzzzzzzz" }));
        Assert.Equal("the stages are: builder, 1", error.Help);
    }

    [Fact]
    public async Task Stages_that_need_each_other_are_refused_with_the_way_round()
    {
        Diagnostic error = Assert.Single(await ErrorsAsync("FROM base AS a\nCOPY --from=b /x /x\nFROM base AS b\nCOPY --from=a /y /y"));
        Assert.Equal("circular-stages", error.Code);
        Assert.Contains("b -> a -> b", error.Message, StringComparison.Ordinal);
        Assert.NotNull(error.Position);
    }

    [Fact]
    public async Task A_stage_that_needs_itself_is_refused()
    {
        Diagnostic error = Assert.Single(await ErrorsAsync("FROM base AS a\nRUN one\nCOPY --from=a /x /x"));
        Assert.Contains("a -> a", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_unknown_stage_in_from_is_refused_at_its_line_with_the_nearest_name()
    {
        IReadOnlyList<Diagnostic> errors = await ErrorsAsync("FROM base AS builder\nFROM base\nCOPY --from=bulider /x /x");
        Assert.Equal("unknown-stage", errors[0].Code);
        Assert.Equal(3, errors[0].Position!.Value.Line);
        Assert.Equal("did you mean --from=builder?", errors[0].Help);
    }

    [Fact]
    public async Task A_stage_number_that_is_not_there_is_refused()
    {
        Diagnostic error = (await ErrorsAsync("FROM base\nCOPY --from=7 /x /x"))[0];
        Assert.Equal("unknown-stage", error.Code);
        Assert.Equal(2, error.Position!.Value.Line);
    }

    [Fact]
    public async Task A_named_context_stands_in_for_an_image()
    {
        var images = new FakeBaseImages(("other", Plain));
        await PlanAsync("FROM base\nRUN one", Named("base", "docker-image://other"), images);
        Assert.Equal(["other"], images.Asked);
    }

    [Fact]
    public async Task A_named_context_stands_in_for_a_stage()
    {
        Plan plan = await PlanAsync("FROM base AS tools\nRUN tools\nFROM base\nCOPY --from=tools /x /x", Named("tools", null));
        Assert.Equal(new ContextSource("tools"), plan.Chain().OfType<CopyOperation>().Single().Copy.Items[0].From);
        Assert.Equal(["1"], plan.Stages.Select(s => s.Name));
    }

    [Fact]
    public async Task A_folder_as_base_is_copied_into_an_empty_image()
    {
        Plan plan = await PlanAsync("FROM base\nRUN one", Named("base", null), new FakeBaseImages());
        Assert.IsType<ScratchOperation>(plan.Chain()[0]);
        Assert.IsType<CopyOperation>(plan.Chain()[1]);
    }

    [Fact]
    public async Task The_platform_of_a_stage_is_the_image_that_is_asked_for()
    {
        Plan plan = await PlanAsync("FROM --platform=linux/arm64 base");
        Assert.Equal("arm64", plan.Target.Config.Architecture);
    }

    [Fact]
    public async Task Several_mistakes_are_found_at_once()
    {
        IReadOnlyList<Diagnostic> errors = await ErrorsAsync(
            "FROM base\nEXPOSE many\nCOPY a b c\nRUN --mount=type=cache true\nSTOPSIGNAL LOUD\nRUN fine");
        Assert.Equal([2, 3, 4, 5], errors.Select(e => e.Position!.Value.Line));
    }

    [Fact]
    public async Task A_missing_image_is_shown_at_its_FROM()
    {
        Diagnostic error = Assert.Single(await ErrorsAsync("FROM base AS a\n\nFROM nowhere"));
        Assert.Equal(3, error.Position!.Value.Line);
    }

    private static PlanOptions Named(string name, string? value) =>
        new() { NamedContexts = ImmutableDictionary<string, string?>.Empty.Add(name, value) };
}
