using System.Diagnostics;

namespace Slipway.EndToEnd.Tests.Features;

/// <summary><c>run</c>, as people use it.</summary>
public sealed class ContainerTests(World world)
{
    private readonly Cli slipway = world.Slipway;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task A_terminal_has_the_size_of_the_one_outside_and_echoes()
    {
        var run = await slipway.TypeAsync("stty rows 31 cols 97; slipway run -it --rm busybox sh", 5, ("# ", "stty size; echo t-$((40+2))"), ("31 97", ""), ("t-42", "exit 5"));
        Assert.Contains("echo t-$((40+2))", run.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_terminal_is_refused_where_there_is_none()
    {
        var run = await slipway.RunAsync(125, "run", "-it", "busybox", "true");
        Assert.Contains("not a TTY", run.Error, StringComparison.Ordinal);
        Assert.Contains("Leave -t away", run.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("slipway run --rm -v $(pwd):/data busybox cat /data/file")]
    [InlineData("docker run --rm -v \"$PWD/file:/file:ro\" busybox cat /file")]
    [InlineData("slipway run -v .:/data:ro busybox sh -c '! touch /data/x 2>/dev/null && cat /data/file'")]
    [InlineData("cd sub && slipway run -v ..:/data busybox cat /data/file")]
    [InlineData("slipway run -v ./:/data -w /data busybox cat file")]
    public async Task Folders_are_mounted_as_people_write_them(string line)
    {
        var here = slipway with { Folder = world.NewContext("file", "mounted\n", "sub/x", "") };
        Assert.Equal("mounted\n", (await here.ShellAsync(line)).Out);
    }

    [Fact]
    public async Task A_named_container_has_its_name_as_host_name()
    {
        Assert.Equal("worker\n", (await slipway.RunAsync("run", "--name", "worker", "busybox", "hostname")).Out);
        Assert.Equal("other\n", (await slipway.RunAsync("run", "--name", "worker", "-h", "other", "busybox", "hostname")).Out);
    }

    [Theory]
    [InlineData("TERM", 15)]
    [InlineData("HUP", 1)]
    [InlineData("USR1", 10)]
    [InlineData("INT", 2)]
    public async Task Signals_reach_the_program(string name, int number)
    {
        using var run = slipway.Command("run", "busybox", "sh", "-c", $"trap 'echo got {name}; exit {number}' {name}; echo ready; while :; do sleep 0.05; done").Start();
        Assert.Equal("ready", await run.StandardOutput.ReadLineAsync(Token));
        await SignalAsync(run, name);
        Assert.Equal($"got {name}\n", await run.StandardOutput.ReadToEndAsync(Token));
        await run.WaitForExitAsync(Token);
        Assert.Equal(number, run.ExitCode);
    }

    [Theory]
    [InlineData("KILL", 137)]
    [InlineData("SEGV", 139)]
    [InlineData("TERM", 143)]
    public async Task A_program_killed_by_a_signal_ends_with_128_and_its_number(string signal, int code) =>
        await slipway.RunAsync(code, "run", "busybox", "sh", "-c", $"sh -c 'kill -{signal} $$'; exit $?"); // process 1 itself cannot be killed from inside

    [Fact]
    public async Task A_program_that_is_process_1_can_be_ended_with_init()
    {
        using var run = slipway.Command("run", "--init", "busybox", "sh", "-c", "echo ready; exec sleep 600").Start();
        Assert.Equal("ready", await run.StandardOutput.ReadLineAsync(Token));
        await SignalAsync(run, "TERM");
        await run.StandardOutput.ReadToEndAsync(Token);
        await run.WaitForExitAsync(Token);
        Assert.Equal(143, run.ExitCode);
    }

    [Fact]
    public async Task Standard_input_is_empty_without_i()
    {
        var run = slipway.Command("run", "busybox", "wc", "-c") with { Input = "not for the container" };
        Assert.Equal("0", (await run.RunAsync(Token)).Expect(0).Line().Trim());
    }

    [Fact]
    public async Task Much_input_and_output_goes_through_whole()
    {
        var here = slipway with { Folder = world.NewFolder("pipes") };
        var run = await here.ShellAsync("head -c 20000000 /dev/urandom > in; slipway run -i --rm busybox cat < in > out; cmp in out && slipway run -i busybox sh -c 'cat >&2' < in 2>&1 >/dev/null | cmp - in && echo same");
        Assert.Equal("same\n", run.Out);
    }

    [Fact]
    public async Task Output_and_errors_stay_apart()
    {
        var run = await slipway.RunAsync("run", "busybox", "sh", "-c", "echo out; echo err >&2");
        Assert.Equal(("out\n", "err\n"), (run.Out, run.Error));
    }

    [Fact]
    public async Task Users_are_found_by_name_and_get_their_groups()
    {
        var context = world.NewContext(
            "Dockerfile", "FROM busybox\nCOPY passwd group /etc/\nUSER app\n",
            "passwd", "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n", "group", "root:x:0:\napp:x:1000:\nstaff:x:50:app\n");
        await slipway.RunAsync("build", "-t", "app-user", context);
        Assert.Equal("1000\n1000 50\n/home/app\n", (await slipway.RunAsync("run", "app-user", "sh", "-c", "id -u; id -G; echo $HOME")).Out);
        Assert.Equal("0\n", (await slipway.RunAsync("run", "-u", "root", "app-user", "id", "-u")).Out);
        Assert.Equal("1000\n50\n", (await slipway.RunAsync("run", "--user", "app:staff", "app-user", "sh", "-c", "id -u; id -g")).Out);
        Assert.Contains("nobody-here", (await slipway.RunAsync(125, "run", "-u", "nobody-here", "app-user")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Entrypoint_and_command_go_together_as_in_docker()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nENTRYPOINT [\"echo\", \"entry\"]\nCMD [\"default\"]\n");
        await slipway.RunAsync("build", "-t", "entry", context);
        Assert.Equal("entry default\n", (await slipway.RunAsync("run", "entry")).Out);
        Assert.Equal("entry given -v\n", (await slipway.RunAsync("run", "entry", "given", "-v")).Out);
        Assert.Equal("other\n", (await slipway.RunAsync("run", "--entrypoint", "echo", "entry", "other")).Out);
        Assert.Equal("\n", (await slipway.RunAsync("run", "--entrypoint", "echo", "entry")).Out);
    }

    [Fact]
    public async Task A_working_folder_that_is_not_there_is_made() =>
        Assert.Equal("/new/place\n", (await slipway.RunAsync("run", "-w", "/new/place", "busybox", "pwd")).Out);

    [Fact]
    public async Task A_read_only_container_writes_only_where_it_may()
    {
        var run = await slipway.RunAsync("run", "--read-only", "--tmpfs", "/scratch:size=1m", "busybox", "sh", "-c", "! touch /x 2>/dev/null && touch /scratch/x && echo fine");
        Assert.Equal("fine\n", run.Out);
    }

    [Fact]
    public async Task A_published_port_is_explained()
    {
        Assert.Contains("host's network", (await slipway.RunAsync("run", "-p", "8080:8080", "busybox", "true")).Error, StringComparison.Ordinal);
        Assert.Contains("8888:8888", (await slipway.RunAsync(2, "run", "-p", "80:8888", "busybox", "true")).Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("sh", "-c", "exit 125")]
    [InlineData("sh", "-c", "nothing-here")]
    public async Task Exit_codes_of_the_program_are_not_taken_for_ours(params string[] command)
    {
        var run = await slipway.Command(["run", "busybox", .. command]).RunAsync(Token);
        Assert.Equal(command[2] == "exit 125" ? 125 : 127, run.ExitCode);
        Assert.DoesNotContain("could not be started", run.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_does_not_build_ends_run_with_125()
    {
        var here = slipway with { Folder = world.NewContext("Dockerfile", "FROM busybox\nRUN exit 3\n") };
        Assert.Contains("Dockerfile:2", (await here.RunAsync(125, "run", ".")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_is_built_before_it_is_run_and_nothing_but_the_program_is_on_standard_output()
    {
        var here = slipway with { Folder = world.NewContext("Dockerfile", "FROM busybox\nRUN echo building\nCMD [\"echo\", \"running\"]\n") };
        Assert.Equal("running\n", (await here.RunAsync("run", "--rm", "./")).Out);
    }

    private static async Task SignalAsync(Process process, string name) =>
        (await new Command("kill", $"-{name}", process.Id.ToString()).RunAsync(Token)).Expect(0);
}
