namespace Slipway.EndToEnd.Tests.Features;

/// <summary>RUN --mount, for real.</summary>
public sealed class MountTests(World world)
{
    private readonly Cli slipway = world.Slipway;

    [Fact]
    public async Task A_bind_mount_shows_the_context_and_is_read_only()
    {
        var context = world.NewContext(
            "Dockerfile",
            "FROM busybox\nRUN --mount=target=/src cat /src/dir/file > /seen && ! touch /src/new 2>/dev/null\n"
            + "RUN --mount=source=dir/file,target=/one cat /one >> /seen\nRUN ls /src/dir /one 2>/dev/null; cat /seen\n",
            "dir/file", "from the context\n");
        await slipway.RunAsync("build", "-t", "bound", context);
        Assert.Equal("from the context\nfrom the context\n", (await slipway.RunAsync("run", "bound", "cat", "/seen")).Out);
        await slipway.RunAsync(1, "run", "bound", "cat", "/src/dir/file");
    }

    [Fact]
    public async Task What_is_written_to_a_bind_mount_is_thrown_away()
    {
        var context = world.NewContext(
            "Dockerfile", "FROM busybox\nRUN --mount=target=/src,rw echo changed > /src/file && cat /src/file\nRUN --mount=target=/src cat /src/file > /seen\n", "file", "as it was\n");
        await slipway.RunAsync("build", "-t", "bound-rw", context);
        Assert.Equal("as it was\n", (await slipway.RunAsync("run", "bound-rw", "cat", "/seen")).Out);
        Assert.Equal("as it was\n", await File.ReadAllTextAsync(Path.Combine(context, "file"), TestContext.Current.CancellationToken));
    }

    [Fact]
    public async Task A_bind_mount_may_come_from_a_stage_or_an_image()
    {
        var context = world.NewContext(
            "Dockerfile",
            "FROM busybox AS made\nRUN mkdir /out && echo made > /out/file\nFROM busybox\n"
            + "RUN --mount=from=made,source=/out,target=/in --mount=from=debian:bookworm-slim,source=/etc,target=/debian cat /in/file > /seen && cat /debian/debian_version >> /seen\n");
        await slipway.RunAsync("build", "-t", "bound-from", context);
        Assert.StartsWith("made\n12", (await slipway.RunAsync("run", "bound-from", "cat", "/seen")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_locked_cache_is_used_by_one_step_at_a_time()
    {
        // mkdir fails when the other step is inside.
        const string Run = "RUN --mount=type=cache,id=locked,target=/c,sharing=locked mkdir /c/inside && for i in $(seq 2000); do :; done && rmdir /c/inside && echo";
        await BothAsync($"{Run} a > /w", $"{Run} b > /w");
    }

    [Fact]
    public async Task A_private_cache_is_another_folder_for_each_step_that_runs_at_once()
    {
        // The steps meet in a shared cache; then each looks for the other's file in the private one.
        const string Mounts = "RUN --mount=type=cache,id=meeting-{0},target=/m --mount=type=cache,id=private-{0},target=/c,sharing=private";
        var mounts = string.Format(System.Globalization.CultureInfo.InvariantCulture, Mounts, Guid.NewGuid());
        await BothAsync(
            $"{mounts} touch /c/a /m/a; until test -e /m/b; do :; done; test ! -e /c/b && echo a > /w",
            $"{mounts} touch /c/b /m/b; until test -e /m/a; do :; done; test ! -e /c/a && echo b > /w");
    }

    [Fact]
    public async Task A_cache_has_the_owner_and_mode_it_asks_for_and_may_start_filled()
    {
        var context = world.NewContext(
            "Dockerfile",
            $"FROM busybox AS start\nRUN mkdir /start && echo first > /start/file\nFROM busybox\nUSER 1000\n"
            + $"RUN --mount=type=cache,id={Guid.NewGuid()},target=/c,uid=1000,gid=50,mode=0700,from=start,source=/start stat -c '%u:%g %a' /c && cat /c/file && touch /c/mine\n");
        var build = await slipway.RunAsync("build", "--progress", "plain", context);
        Assert.Contains("1000:50 700", build.Error, StringComparison.Ordinal);
        Assert.Contains("first", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_tmpfs_is_empty_limited_and_gone_afterwards()
    {
        var context = world.NewContext(
            "Dockerfile",
            "FROM busybox\nRUN --mount=type=tmpfs,target=/scratch,size=1m touch /scratch/x && ! dd if=/dev/zero of=/scratch/big bs=1M count=2 2>/dev/null\n"
            + "RUN ! test -e /scratch/x\n");
        await slipway.RunAsync("build", context);
    }

    [Fact]
    public async Task A_secret_is_a_file_or_a_variable_as_asked_for()
    {
        var context = world.NewContext(
            "Dockerfile",
            "FROM busybox\nRUN --mount=type=secret,id=a stat -c '%a %u' /run/secrets/a && cat /run/secrets/a | wc -c\n"
            + "RUN --mount=type=secret,id=a,target=/etc/a,uid=1000,mode=0440 stat -c '%a %u' /etc/a\n"
            + "RUN --mount=type=secret,id=b,env=B test \"$B\" = from-variable && ! test -e /run/secrets/b\n"
            + "RUN --mount=type=secret,id=missing ! test -e /run/secrets/missing && ! test -e /run/secrets/a\n",
            "a.txt", "from-file");
        var with = slipway with { Variables = new Dictionary<string, string?> { ["TOKEN"] = "from-variable" } };
        var build = await with.RunAsync("build", "--progress", "plain", "--secret", $"id=a,src={context}/a.txt", "--secret", "id=b,env=TOKEN", context);
        Assert.Contains(" 400 0\n", build.Error, StringComparison.Ordinal);
        Assert.Contains(" 9\n", build.Error, StringComparison.Ordinal);
        Assert.Contains(" 440 1000\n", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_agent_is_reached_through_an_ssh_mount()
    {
        var context = world.NewContext(
            "Dockerfile",
            "FROM python:3-slim\nUSER 1000\nRUN --mount=type=ssh,uid=1000,required python3 ask.py\n".Replace("ask.py", "/ask.py", StringComparison.Ordinal)
                .Replace("USER", "COPY ask.py /\nUSER", StringComparison.Ordinal),
            "ask.py",
            """
            import os, socket
            agent = socket.socket(socket.AF_UNIX)
            agent.connect(os.environ["SSH_AUTH_SOCK"])
            agent.sendall(b"\0\0\0\1\x0b")  # "which keys do you have?"
            answer = agent.recv(65536)
            assert b"slipway-test-key" in answer, answer
            print("the agent has the key")
            """);
        var script =
            $"""
            set -e; cd {world.NewFolder("agent")}; ssh-keygen -q -t ed25519 -N '' -C slipway-test-key -f key
            eval $(ssh-agent -s -a $PWD/socket) >/dev/null; trap 'ssh-agent -k >/dev/null' EXIT
            ssh-add -q key; slipway build --progress plain --ssh default {context} 2>&1
            env -u SSH_AUTH_SOCK slipway build --no-cache --progress plain --ssh default=$PWD/socket {context} 2>&1
            """;
        var build = await slipway.ShellAsync(script);
        Assert.Equal(2, build.Out.Split("the agent has the key\n").Length - 1);
    }

    private async Task BothAsync(string one, string other)
    {
        var context = world.NewContext("Dockerfile", $"FROM busybox AS a\n{one}\nFROM busybox AS b\n{other}\nFROM scratch\nCOPY --from=a /w /a\nCOPY --from=b /w /b\n");
        await slipway.RunAsync("build", "--no-cache", "--jobs", "2", context);
    }
}
