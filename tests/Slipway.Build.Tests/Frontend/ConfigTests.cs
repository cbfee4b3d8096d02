using Slipway.Build.Graph;
using Slipway.Images.Model;
using static Slipway.Build.Tests.Frontend.Planning;

namespace Slipway.Build.Tests.Frontend;

public sealed class ConfigTests
{
    private static readonly FakeBaseImages Server = new(("base", new ContainerConfig { Cmd = ["serve"], Entrypoint = ["/init"] }));

    [Fact]
    public async Task SHELL_is_used_by_the_shell_forms_after_it()
    {
        Plan plan = await PlanAsync("FROM base\nRUN one\nSHELL [\"/bin/bash\", \"-ec\"]\nRUN two\nCMD three\nENTRYPOINT four");
        Assert.Equal(["/bin/sh -c one", "/bin/bash -ec two"], plan.Chain().OfType<RunOperation>().Select(r => string.Join(' ', r.Run.Arguments)));
        Assert.Equal(["/bin/bash", "-ec", "three"], plan.Target.Config.Config.Cmd);
        Assert.Equal(["/bin/bash", "-ec", "four"], plan.Target.Config.Config.Entrypoint);
    }

    [Fact]
    public async Task SHELL_is_handed_on_to_stages_and_images_made_from_it()
    {
        Plan plan = await PlanAsync("FROM base AS one\nSHELL [\"/bin/bash\", \"-c\"]\nFROM one\nRUN two");
        Assert.Equal(["/bin/bash", "-c", "two"], plan.LastRun().Arguments);
        Assert.Equal(["/bin/bash", "-c"], plan.Target.Config.Config.Shell);
    }

    [Fact]
    public async Task The_JSON_form_has_no_shell() =>
        Assert.Equal(["make", "all"], (await PlanAsync("FROM base\nRUN [\"make\", \"all\"]")).LastRun().Arguments);

    [Fact]
    public async Task ENTRYPOINT_clears_an_inherited_CMD() =>
        Assert.Empty((await ConfigAsync("FROM base\nENTRYPOINT [\"/app\"]", null, Server)).Cmd);

    [Fact]
    public async Task ENTRYPOINT_keeps_the_CMD_of_its_own_stage_before_and_after_it()
    {
        Assert.Equal(["x"], (await ConfigAsync("FROM base\nCMD [\"x\"]\nENTRYPOINT [\"/app\"]", null, Server)).Cmd);
        Assert.Equal(["x"], (await ConfigAsync("FROM base\nENTRYPOINT [\"/app\"]\nCMD [\"x\"]", null, Server)).Cmd);
    }

    [Fact]
    public async Task CMD_keeps_an_inherited_ENTRYPOINT()
    {
        ContainerConfig config = await ConfigAsync("FROM base\nCMD [\"x\"]", null, Server);
        Assert.Equal(["/init"], config.Entrypoint);
        Assert.True(config.ArgsEscaped);
    }

    [Fact]
    public async Task WORKDIR_joins_the_one_before()
    {
        Plan plan = await PlanAsync("FROM base\nWORKDIR /a\nWORKDIR b/../c\nRUN pwd");
        Assert.Equal("/a/c", plan.LastRun().WorkingDirectory);
        Assert.Equal(["/a", "/a/c"], plan.Chain().OfType<MakeDirectoryOperation>().Select(d => d.Path));
    }

    [Fact]
    public async Task A_relative_destination_joins_the_working_directory()
    {
        Plan plan = await PlanAsync("FROM base\nWORKDIR /a\nCOPY x b/\nCOPY x .");
        Assert.Equal(["/a/b/", "/a/"], plan.Chain().OfType<CopyOperation>().Select(c => c.Copy.Destination));
    }

    [Fact]
    public async Task Lists_of_the_base_are_added_to_and_sorted()
    {
        var images = new FakeBaseImages(("base", new ContainerConfig { ExposedPorts = ["80/tcp"], Volumes = ["/var"], Labels = new Dictionary<string, string> { ["b"] = "1" } }));
        ContainerConfig config = await ConfigAsync("FROM base\nEXPOSE 443 53/udp\nVOLUME /data\nLABEL a=2", null, images);
        Assert.Equal(["443/tcp", "53/udp", "80/tcp"], config.ExposedPorts);
        Assert.Equal(["/data", "/var"], config.Volumes);
        Assert.Equal(["a=2", "b=1"], config.Labels.Select(l => $"{l.Key}={l.Value}"));
    }

    [Fact]
    public async Task Labels_of_the_command_line_win()
    {
        ContainerConfig config = await ConfigAsync("FROM base\nLABEL a=1", new() { Labels = System.Collections.Immutable.ImmutableSortedDictionary<string, string>.Empty.Add("a", "2") });
        Assert.Equal("2", config.Labels["a"]);
    }

    [Fact]
    public async Task USER_is_the_user_of_later_commands_and_directories()
    {
        Plan plan = await PlanAsync("FROM base\nRUN one\nUSER app:staff\nWORKDIR /w\nRUN two");
        Assert.Equal(["", "app:staff"], plan.Chain().OfType<RunOperation>().Select(r => r.Run.User));
        Assert.Equal("app:staff", plan.Chain().OfType<MakeDirectoryOperation>().Single().User);
    }

    [Fact]
    public async Task Every_instruction_leaves_one_line_of_history()
    {
        Plan plan = await PlanAsync("FROM base\nENV a=1\nCOPY x /x\nUSER app\nWORKDIR /\nRUN make");
        Assert.Equal(["ENV a=1", "COPY x /x", "USER app", "WORKDIR /", "RUN /bin/sh -c make"], plan.Target.History.Select(h => h.CreatedBy));
        Assert.Equal([false, true, false, false, true], plan.Target.History.Select(h => h.Operation is not null));
    }
}
