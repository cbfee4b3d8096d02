namespace Slipway.EndToEnd.Tests;

/// <summary>What must hold of every build, whoever runs it and however often.</summary>
public sealed class InvariantTests(World world)
{
    private const string Recipe = """
        FROM busybox AS made
        RUN mkdir -p /out/deep && echo 1 > /out/deep/one && ln -s deep /out/link && ln /out/deep/one /out/two && chown -R 5:6 /out/deep && chmod 4755 /out/two
        FROM busybox
        RUN mkdir -p /home/someone && chown 1234:4321 /home/someone && chmod 700 /home/someone && mkfifo /pipe && rm /bin/vi && chmod 1777 /tmp
        COPY --from=made --chown=1234:0 /out /out
        COPY --chmod=640 file /
        USER 1234:4321
        WORKDIR /home/someone/work
        RUN touch mine
        """;

    private readonly Cli slipway = world.Slipway;

    [Fact]
    public async Task Cached_is_cold()
    {
        var context = world.NewContext("Dockerfile", Recipe, "file", "content\n");
        var cold = (await slipway.RunAsync("build", "-q", context)).Line();
        Assert.Equal(cold, (await slipway.RunAsync("build", "-q", context)).Line());
        Assert.Equal(cold, (await slipway.RunAsync("build", "-q", "--no-cache", context)).Line());
    }

    [Fact]
    public async Task Rootless_is_root()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "needs root, to become an ordinary user");
        var context = world.NewContext("Dockerfile", Recipe, "file", "content\n");
        var asRoot = (await slipway.RunAsync("build", "-q", context)).Line();

        // The user can read neither this checkout nor the world's folders: all that is needed goes to a folder of the user's own.
        var archive = await World.BaseImageAsync("busybox");
        var outcome = await slipway.ShellAsync($"""
            set -e
            id slipway-test >/dev/null 2>&1 || useradd -m slipway-test
            home=$(mktemp -d /tmp/slipway-rootless.XXXXXX)
            trap 'rm -rf "$home"' EXIT
            cp {slipway.Program} "$home/slipway"; cp {archive} "$home/busybox.tar"; cp -r {context} "$home/context"
            chown -R slipway-test "$home"
            run() {"{"} setpriv --reuid slipway-test --regid slipway-test --init-groups env -C "$home" HOME="$home" SLIPWAY_HOME="$home/store" XDG_RUNTIME_DIR= ./slipway "$@"; {"}"}
            run load -q -i busybox.tar >&2
            run tag slipway.test/busybox:latest busybox
            run build -q context
            """);
        Assert.Equal(asRoot, outcome.Line());
    }

    [Fact]
    public async Task A_parent_that_comes_out_the_same_stops_the_rebuilding()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nRUN echo same > /file\nRUN date +%N > /time\n");
        var first = (await slipway.RunAsync("build", "-q", context)).Line();
        await File.WriteAllTextAsync(
            Path.Combine(context, "Dockerfile"), "FROM busybox\nRUN printf 'same\\n' > /file\nRUN date +%N > /time\n", TestContext.Current.CancellationToken);
        await slipway.RunAsync("build", "-t", "cutoff", context);
        var times = (await slipway.RunAsync("inspect", "--format", "{{json .RootFS.Layers}}", first)).Line();
        Assert.Equal(times, (await slipway.RunAsync("inspect", "--format", "{{json .RootFS.Layers}}", "cutoff")).Line());
    }

    [Fact]
    public async Task Explain_names_the_part_that_changed()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nARG N=1\nRUN echo $N > /file\n");
        await slipway.RunAsync("build", "-q", context);
        var explained = await slipway.RunAsync("build", "--progress", "plain", "--explain", "--build-arg", "N=2", context);
        Assert.Contains("not cached: environment[0] changed from 'N=1' to 'N=2'", explained.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_stage_nobody_uses_never_asks_for_its_base()
    {
        var context = world.NewContext("Dockerfile", "FROM localhost:1/not/there AS unused\nRUN false\nFROM busybox\nRUN true\n");
        await slipway.RunAsync("build", "-q", context);
    }
}
