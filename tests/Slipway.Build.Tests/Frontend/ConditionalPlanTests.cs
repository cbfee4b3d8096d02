using Slipway.Build.Graph;
using Slipway.Images.Model;
using static Slipway.Build.Tests.Frontend.Planning;

namespace Slipway.Build.Tests.Frontend;

public sealed class ConditionalPlanTests
{
    /// <summary>The example of the first seed document.</summary>
    private const string Seed = """
        ARG CONDA_VER=latest
        ARG MAMBA_VER=latest
        FROM mambaorg/micromamba:${MAMBA_VER} as mambabase
        FROM conda/miniconda3:${CONDA_VER}
        COPY --from=mambabase /usr/bin/micromamba /usr/bin/
        WORKDIR /data_science/
        RUN mkdir -p /data_science/installations/
        COPY ./conda_deps_1.sh /data_science/installations/
        RUN bash /data_science/installations/conda_deps_1.sh
        ARG BUILD_AI="False"
        IF ${BUILD_AI}=="TRUE"
        COPY ./conda_deps_2.sh /data_science/installations/
        RUN bash /data_science/installations/conda_deps_2.sh
        ELSE IF ${BUILD_AI}=="False"
        RUN echo "No AI environment will be built"
        DONE
        CMD ["/bin/bash"]
        """;

    private static FakeBaseImages Conda => new(("mambaorg/micromamba", Plain), ("conda/miniconda3", Plain));

    [Theory]
    [InlineData(null, "echo \"No AI environment will be built\"")]
    [InlineData("True", "bash /data_science/installations/conda_deps_2.sh")]
    [InlineData("TRUE", "bash /data_science/installations/conda_deps_2.sh")]
    [InlineData("true", "bash /data_science/installations/conda_deps_2.sh")]
    [InlineData("false", "echo \"No AI environment will be built\"")]
    [InlineData("maybe", "bash /data_science/installations/conda_deps_1.sh")]
    public async Task The_seed_document_builds_what_it_says(string? buildAi, string last)
    {
        Plan plan = await PlanAsync(Seed, buildAi is null ? null : Arguments(("BUILD_AI", buildAi)), Conda);
        Assert.Equal(last, plan.Commands().Last());
        Assert.Equal(["/bin/bash"], plan.Target.Config.Config.Cmd);
    }

    [Fact]
    public async Task What_was_decided_is_told()
    {
        Plan plan = await PlanAsync(Seed, Arguments(("BUILD_AI", "True")), Conda);
        PlannedDecision decision = Assert.Single(plan.Decisions);
        Assert.Equal(11, decision.Line);
        Assert.Contains("True", decision.Text, StringComparison.Ordinal);
        Assert.EndsWith("-> taken", decision.Text, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Conditions_see_the_environment_of_the_stage()
    {
        var images = new FakeBaseImages(("base", new ContainerConfig { Env = ["FLAVOUR=slim"] }));
        Plan plan = await PlanAsync("FROM base\nIF $FLAVOUR == slim\nRUN small\nELSE\nRUN large\nENDIF", null, images);
        Assert.Equal(["small"], plan.Commands());
    }

    [Fact]
    public async Task Conditions_nest()
    {
        const string Recipe = "FROM base\nARG a b\nIF defined(a)\nIF $b == 2\nRUN both\nELSE\nRUN a\nDONE\nELSE\nRUN none\nDONE";
        Assert.Equal(["both"], (await PlanAsync(Recipe, Arguments(("a", "1"), ("b", "2")))).Commands());
        Assert.Equal(["a"], (await PlanAsync(Recipe, Arguments(("a", "1")))).Commands());
        Assert.Equal(["none"], (await PlanAsync(Recipe)).Commands());
    }

    [Fact]
    public async Task A_variable_set_in_a_branch_decides_the_next()
    {
        Plan plan = await PlanAsync("FROM base\nARG gpu=true\nIF $gpu == TRUE\nENV device=cuda\nDONE\nIF $device =~ ^cu\nRUN cuda\nDONE");
        Assert.Equal(["cuda"], plan.Commands());
    }

    [Fact]
    public async Task A_whole_stage_that_is_not_taken_is_not_there()
    {
        const string Recipe = "ARG gpu=false\nIF $gpu\nFROM cuda AS runtime\nELSE\nFROM base AS runtime\nDONE\nRUN make";
        var images = new FakeBaseImages(("base", Plain), ("cuda", Plain));
        await PlanAsync(Recipe, null, images);
        Assert.Equal(["base"], images.Asked);
        images = new FakeBaseImages(("base", Plain), ("cuda", Plain));
        await PlanAsync(Recipe, Arguments(("gpu", "true")), images);
        Assert.Equal(["cuda"], images.Asked);
    }

    [Fact]
    public async Task A_branch_not_taken_may_name_what_does_not_exist()
    {
        var images = new FakeBaseImages(("base", Plain));
        Plan plan = await PlanAsync("FROM base\nARG extra=no\nIF $extra == yes\nCOPY --from=nowhere /x /x\nDONE\nRUN make", null, images);
        Assert.Equal(["base"], images.Asked);
        Assert.Equal(["make"], plan.Commands());
    }

    [Fact]
    public async Task A_condition_that_cannot_be_read_is_an_error_at_its_line()
    {
        var errors = await ErrorsAsync("FROM base\nRUN one\nIF $a =~ (\nRUN two\nDONE");
        Assert.Equal(3, errors[0].Position!.Value.Line);
    }
}
