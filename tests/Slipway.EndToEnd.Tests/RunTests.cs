namespace Slipway.EndToEnd.Tests;

public sealed class RunTests(World world)
{
    private readonly Cli slipway = world.Slipway;

    [Theory]
    [InlineData(0, "true")]
    [InlineData(3, "sh", "-c", "exit 3")]
    [InlineData(127, "no-such-program")]
    [InlineData(126, "/etc/passwd")]
    [InlineData(137, "sh", "-c", "sh -c 'kill -9 $$'; exit $?")] // not process 1, which no signal of its own kills
    public async Task The_exit_code_is_the_command_s(int exitCode, params string[] command) =>
        await slipway.RunAsync(exitCode, ["run", "--rm", "busybox", .. command]);

    [Fact]
    public async Task An_unknown_image_ends_with_125()
    {
        var unknown = await slipway.RunAsync(125, "run", "--pull", "never", "no-such-image", "true");
        Assert.Contains("no-such-image", unknown.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Volumes_are_mounted_read_write_or_read_only()
    {
        var folder = world.NewContext("in", "from the host\n");
        await slipway.RunAsync("run", "-v", $"{folder}:/data", "busybox", "cp", "/data/in", "/data/out");
        Assert.Equal("from the host\n", await File.ReadAllTextAsync(Path.Combine(folder, "out"), TestContext.Current.CancellationToken));
        await slipway.RunAsync(1, "run", "-v", $"{folder}:/data:ro", "busybox", "touch", "/data/no");
        var relative = slipway with { Folder = folder };
        Assert.Equal("from the host\n", (await relative.RunAsync("run", "-v", "./in:/file:ro", "busybox", "cat", "/file")).Out);
    }

    [Fact]
    public async Task Variables_folder_user_and_entrypoint_are_as_asked_for()
    {
        var folder = world.NewContext("vars", "# a comment\nFROM_FILE=1\nFROM_HERE\n");
        var here = slipway with { Variables = new Dictionary<string, string?> { ["FROM_HERE"] = "2" } };
        var run = await here.RunAsync(
            "run", "-e", "A=x y", "-e", "FROM_HERE", "--env-file", $"{folder}/vars", "-w", "/tmp", "-u", "12:34", "--entrypoint", "sh", "busybox",
            "-c", "echo $A $FROM_FILE $FROM_HERE; pwd; id -u; id -g");
        Assert.Equal("x y 1 2\n/tmp\n12\n34\n", run.Out);
    }

    [Fact]
    public async Task Standard_input_reaches_the_command_with_i()
    {
        var run = slipway.Command("run", "-i", "--rm", "busybox", "tr", "a-z", "A-Z") with { Input = "shout\n" };
        Assert.Equal("SHOUT\n", (await run.RunAsync(TestContext.Current.CancellationToken)).Expect(0).Out);
    }

    [Fact]
    public async Task A_terminal_is_given_with_t()
    {
        await slipway.TypeAsync("slipway run -it --rm busybox sh -c 'tty; read end; exit 3'", 3, ("/dev/pts/", ""));
    }

    [Fact]
    public async Task Without_a_network_only_loopback_is_there()
    {
        var run = await slipway.RunAsync("run", "--network", "none", "busybox", "ls", "/sys/class/net");
        Assert.Equal("lo", run.Line().Trim());
    }

    [Fact]
    public async Task What_a_container_writes_is_gone_after_it()
    {
        await slipway.RunAsync("run", "--rm", "busybox", "touch", "/left");
        await slipway.RunAsync(1, "run", "--rm", "busybox", "ls", "/left");
    }

    [Fact]
    public async Task A_folder_is_built_and_run_in_one_go()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nENTRYPOINT [\"echo\", \"built\"]\n");
        var inside = slipway with { Folder = Path.GetDirectoryName(context) };
        Assert.Equal("built and run\n", (await inside.RunAsync("run", "./" + Path.GetFileName(context), "and", "run")).Out);
    }
}
