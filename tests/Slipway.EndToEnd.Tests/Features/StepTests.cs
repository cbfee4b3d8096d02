using System.Diagnostics;

namespace Slipway.EndToEnd.Tests.Features;

/// <summary>What a RUN step sees, and what a person sees of it.</summary>
public sealed class StepTests(World world)
{
    private const string Secret = "s3cr3t-v4lue-that-nobody-may-see";
    private readonly Cli slipway = world.Slipway;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task USER_and_WORKDIR_mean_what_passwd_and_group_of_the_image_say()
    {
        var context = world.NewContext(
            "Dockerfile",
            """
            FROM busybox
            COPY passwd group /etc/
            USER app
            WORKDIR /work/deep
            RUN id -u > user && id -G >> user && echo $HOME >> user && stat -c '%u:%g' . .. >> user
            USER app:staff
            RUN id -G >> user
            USER 4242:77
            RUN id -u >> /tmp/other && id -G >> /tmp/other
            """,
            "passwd", "root:x:0:0::/root:/bin/sh\napp:x:1000:1000::/home/app:/bin/sh\n",
            "group", "root:x:0:\napp:x:1000:\nstaff:x:50:app\naudio:x:29:app,root\n");
        await slipway.RunAsync("build", "-t", "users", context);
        Assert.Equal(
            "1000\n1000 29 50\n/home/app\n1000:1000\n1000:1000\n50\n4242\n77\n",
            (await slipway.RunAsync("run", "-u", "0", "users", "cat", "/work/deep/user", "/tmp/other")).Out.Replace("1000 50 29", "1000 29 50", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData("RUN --network=none", "lo\n")]
    [InlineData("RUN", "")]
    public async Task The_network_is_the_hosts_unless_a_step_wants_none(string run, string only)
    {
        var context = world.NewContext("Dockerfile", $"FROM busybox\n{run} ls /sys/class/net > /net\n");
        await slipway.RunAsync("build", "-t", "net", "--no-cache", context);
        var seen = (await slipway.RunAsync("run", "net", "cat", "/net")).Out;
        var expected = only.Length > 0 ? only : string.Join('\n', Directory.GetDirectories("/sys/class/net").Select(d => Path.GetFileName(d)!).Order(StringComparer.Ordinal)) + "\n";
        Assert.Equal(expected, seen);
    }

    [Fact]
    public async Task A_whole_build_may_do_without_a_network()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nRUN test \"$(ls /sys/class/net)\" = lo\n");
        await slipway.RunAsync("build", "--network", "none", context);
        Assert.Contains("not supported", (await slipway.RunAsync(2, "build", "--network", "bridge", context)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_failed_step_says_command_line_exit_code_last_lines_and_where_the_log_is()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\n\nRUN for i in $(seq 1 500); do echo line $i; done; exit 42\n");
        var build = await slipway.RunAsync(1, "build", context);
        Assert.Contains("Dockerfile:3:1: error: the command 'for i in", build.Error, StringComparison.Ordinal);
        Assert.Contains("exit code 42", build.Error, StringComparison.Ordinal);
        Assert.Equal(20, build.Error.Split('\n').Count(l => l.TrimStart().StartsWith("| line ", StringComparison.Ordinal)));
        Assert.Contains("--on-error shell", build.Error, StringComparison.Ordinal);
        var log = build.Error.Split('\n').Single(l => l.Contains("all of its output is in ", StringComparison.Ordinal)).Split(" is in ")[1].Trim();
        Assert.Equal(500, File.ReadLines(log).Count());
    }

    [Fact]
    public async Task Nothing_of_a_long_output_is_lost_or_clipped()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nRUN seq 1 60000; head -c 100000 /dev/zero | tr '\\0' x; echo\n");
        var build = await slipway.RunAsync("build", "--progress", "plain", "--no-cache", context);
        Assert.Equal(Enumerable.Range(1, 60000).Select(i => i.ToString()), build.Error.Split('\n').Where(l => l.StartsWith('#')).Select(l => l.Split(' ')[^1]).Where(w => int.TryParse(w, out _)));
        Assert.Equal(100000, build.Error.Split('\n').Select(l => l.Split(' ')[^1]).Where(w => w.Length > 1000).Sum(w => w.Count(c => c == 'x'))); // in pieces
    }

    [Fact]
    public async Task A_shell_opens_in_the_failed_step_and_sees_what_it_left()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nENV NAME=value\nWORKDIR /w\nRUN echo left behind > /w/file; exit 9\n");
        var build = await slipway.TypeAsync($"slipway build -t shelled --on-error shell {context}", 1, ("# ", "cat file; echo $NAME-$((40+2))"), ("left behind", ""), ("value-42", "exit 3"));
        Assert.True(build.Out.IndexOf("exit code 9", StringComparison.Ordinal) < build.Out.IndexOf("value-42", StringComparison.Ordinal), "what failed is said first");
        Assert.DoesNotContain("shelled", (await slipway.RunAsync("images")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_a_terminal_no_shell_is_opened_and_it_is_said_why()
    {
        var build = await slipway.RunAsync(1, "build", "--on-error", "shell", world.NewContext("Dockerfile", "FROM busybox\nRUN exit 9\n"));
        Assert.Contains("needs a terminal", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Ctrl_C_ends_even_a_command_that_does_not_want_to_end()
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = world.NewContext("Dockerfile", "FROM busybox\nRUN trap '' INT TERM HUP; echo ready-$((40+2)); while :; do sleep 1; done\n");
        using var build = store.Command("build", "--progress", "plain", "-t", "never", context).Start();
        await ReadyAsync(build);
        await InterruptAsync(build);
        var rest = await build.StandardError.ReadToEndAsync(Token);
        await build.WaitForExitAsync(Token).WaitAsync(TimeSpan.FromMinutes(1), Token);
        Assert.Equal(130, build.ExitCode);
        Assert.Contains("interrupted", rest, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(Path.Combine(store.Store, "tmp-v1")));
    }

    [Fact]
    public async Task A_secret_is_in_no_layer_log_history_key_file_or_command_line()
    {
        var store = await world.NewBusyboxStoreAsync();
        const string Use = "FROM busybox\nRUN --mount=type=secret,id=s --mount=type=secret,id=s,env=VALUE test \"$VALUE\" = \"$(cat /run/secrets/s)\" && echo used > /used\n";
        var context = world.NewContext("Dockerfile", Use + "RUN --mount=type=secret,id=s --mount=type=secret,id=s,env=VALUE echo ready-$((40+2)); sleep 600\n");
        var secret = Path.Combine(world.NewFolder("secret"), "s");
        await File.WriteAllTextAsync(secret, Secret, Token);
        using var build = store.Command("build", "--progress", "plain", "--secret", $"id=s,src={secret}", context).Start();
        await ReadyAsync(build);
        await AssertNowhereAsync(store);
        foreach (var process in Directory.GetDirectories("/proc").Where(p => char.IsAsciiDigit(Path.GetFileName(p)[0])))
        {
            Assert.DoesNotContain(Secret, CommandLine(process), StringComparison.Ordinal);
        }

        await InterruptAsync(build);
        await build.StandardError.ReadToEndAsync(Token);
        await build.WaitForExitAsync(Token);
        await store.RunAsync("build", "-t", "used", "--secret", $"id=s,src={secret}", world.NewContext("Dockerfile", Use));
        Assert.DoesNotContain(Secret, (await store.RunAsync("history", "--no-trunc", "used")).Out + (await store.RunAsync("inspect", "used")).Out, StringComparison.Ordinal);
        await AssertNowhereAsync(store);
    }

    private static async Task AssertNowhereAsync(Cli store)
    {
        var found = await new Command("grep", "--recursive", "--files-with-matches", "--fixed-strings", "--devices=skip", Secret, store.Store).RunAsync(Token);
        Assert.Equal("", found.Out + found.Error);
    }

    private static string CommandLine(string process)
    {
        try
        {
            return File.ReadAllText($"{process}/cmdline");
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return ""; // it has just ended
        }
    }

    private static async Task ReadyAsync(Process process)
    {
        while (await process.StandardError.ReadLineAsync(Token) is { } line && !line.EndsWith("ready-42", StringComparison.Ordinal))
        {
        }
    }

    private static async Task InterruptAsync(Process process) =>
        (await new Command("kill", "-INT", process.Id.ToString()).RunAsync(Token)).Expect(0);
}
