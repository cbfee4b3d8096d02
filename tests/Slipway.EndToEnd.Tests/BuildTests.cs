namespace Slipway.EndToEnd.Tests;

public sealed class BuildTests(World world)
{
    private readonly Cli slipway = world.Slipway;

    [Fact]
    public async Task A_built_image_runs()
    {
        var context = world.NewContext(
            "Dockerfile", "FROM debian:bookworm-slim\nARG WHO=nobody\nWORKDIR /app\nCOPY . .\nRUN echo \"hello $WHO\" >> greeting\nCMD [\"cat\", \"greeting\"]\n",
            "greeting", "from a file\n",
            ".dockerignore", "Dockerfile\n");
        await slipway.RunAsync("build", "-t", "greeting", "--build-arg", "WHO=world", context);
        var run = await slipway.RunAsync("run", "--rm", "greeting");
        Assert.Equal("from a file\nhello world\n", run.Out);
        Assert.DoesNotContain("Dockerfile", (await slipway.RunAsync("run", "--rm", "greeting", "ls")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_second_build_has_the_same_id_and_runs_nothing()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nRUN echo ran >&2\nRUN cat /proc/sys/kernel/random/uuid > /random\n");
        var first = await slipway.RunAsync("build", "--progress", "plain", "-t", "twice", context);
        var id = (await slipway.RunAsync("inspect", "--format", "{{.Id}}", "twice")).Line();
        var second = await slipway.RunAsync("build", "-q", context);
        Assert.Contains("ran", first.Error, StringComparison.Ordinal);
        Assert.Equal(id, second.Line());
        Assert.DoesNotContain("ran\n", second.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Touching_every_file_rebuilds_nothing()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nCOPY data /data\nRUN cat /proc/sys/kernel/random/uuid > /random\n", "data/a", "a", "data/b", "b");
        var before = (await slipway.RunAsync("build", "-q", context)).Line();
        foreach (var file in Directory.GetFiles(context, "*", SearchOption.AllDirectories))
        {
            File.SetLastWriteTimeUtc(file, DateTime.UnixEpoch.AddDays(10000));
        }

        Assert.Equal(before, (await slipway.RunAsync("build", "-q", context)).Line());
    }

    [Fact]
    public async Task An_image_built_in_two_stores_has_one_id()
    {
        var context = world.NewContext(
            "Dockerfile", "FROM busybox AS made\nRUN mkdir -p /out/deep && echo 1 > /out/deep/one && ln -s deep /out/link\nFROM busybox\nCOPY --from=made /out /out\nCOPY file /\n",
            "file", "content\n");
        var archive = await World.BaseImageAsync("busybox");
        var ids = new List<string>();
        foreach (var jobs in (string[])["1", "4"])
        {
            var store = world.NewStore();
            await store.RunAsync("load", "--input", archive);
            await store.RunAsync("tag", "slipway.test/busybox:latest", "busybox");
            ids.Add((await store.RunAsync("build", "-q", "--jobs", jobs, context)).Line());
        }

        Assert.Equal(ids[0], ids[1]);
    }

    [Fact]
    public async Task Only_the_wanted_stage_and_what_it_needs_is_built()
    {
        var context = world.NewContext(
            "Dockerfile", "FROM no.such.registry/never:1 AS unused\nRUN false\nFROM busybox AS wanted\nRUN echo yes > /answer\nFROM wanted AS last\nRUN false\n");
        await slipway.RunAsync("build", "--target", "wanted", "-t", "wanted", context);
        Assert.Equal("yes\n", (await slipway.RunAsync("run", "wanted", "cat", "/answer")).Out);
    }

    [Fact]
    public async Task A_recipe_may_come_from_standard_input()
    {
        var build = slipway.Command("build", "-q", "-") with { Input = "FROM busybox\nRUN echo stdin > /here\n" };
        var id = (await build.RunAsync(TestContext.Current.CancellationToken)).Expect(0).Line();
        Assert.Equal("stdin\n", (await slipway.RunAsync("run", id, "cat", "/here")).Out);
    }

    [Fact]
    public async Task A_cache_mount_is_kept_between_builds_and_is_not_in_the_image()
    {
        static string Recipe(int build) => $"FROM busybox\nRUN --mount=type=cache,target=/cache echo {build} >> /cache/log && cp /cache/log /seen\n";
        await slipway.RunAsync("build", "-t", "cached", world.NewContext("Dockerfile", Recipe(1)));
        await slipway.RunAsync("build", "-t", "cached", world.NewContext("Dockerfile", Recipe(2)));
        Assert.Equal("1\n2\n", (await slipway.RunAsync("run", "cached", "cat", "/seen")).Out);
        await slipway.RunAsync(1, "run", "cached", "ls", "/cache");
    }

    [Fact]
    public async Task A_secret_reaches_the_step_and_not_the_image()
    {
        var context = world.NewContext(
            "Dockerfile", "FROM busybox\nRUN --mount=type=secret,id=token wc -c < /run/secrets/token > /length\n", "token.txt", "secret-word");
        await slipway.RunAsync("build", "-t", "with-secret", "--secret", $"id=token,src={context}/token.txt", context);
        Assert.Equal("11", (await slipway.RunAsync("run", "with-secret", "cat", "/length")).Line().Trim());
        await slipway.RunAsync(1, "run", "with-secret", "grep", "-r", "secret-word", "/etc", "/length", "/root");
    }

    [Fact]
    public async Task A_failed_step_names_its_line_and_shows_what_it_wrote()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nRUN true\nRUN echo the last words; exit 7\n");
        var build = await slipway.RunAsync(1, "build", "-t", "never", context);
        Assert.Contains("Dockerfile:3", build.Error, StringComparison.Ordinal);
        Assert.Contains("the last words", build.Error, StringComparison.Ordinal);
        Assert.Contains("7", build.Error, StringComparison.Ordinal);
        await slipway.RunAsync(1, "inspect", "never");
    }

    [Fact]
    public async Task Conditions_choose_what_is_built_and_explain_says_how()
    {
        var context = world.NewContext(
            "Dockerfile", "FROM busybox\nARG GPU=no\nIF ${GPU} == yes\nRUN echo gpu > /kind\nELSE\nRUN echo cpu > /kind\nDONE\n");
        await slipway.RunAsync("build", "-t", "kind", context);
        Assert.Equal("cpu\n", (await slipway.RunAsync("run", "kind", "cat", "/kind")).Out);
        var build = await slipway.RunAsync("build", "-t", "kind", "--build-arg", "GPU=yes", "--explain", "--progress", "plain", context);
        Assert.Equal("gpu\n", (await slipway.RunAsync("run", "kind", "cat", "/kind")).Out);
        Assert.Contains("line 3", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_killed_build_leaves_a_store_that_the_next_one_uses()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nRUN echo first > /a\nRUN --mount=type=cache,target=/c if [ -e /c/go ]; then echo done > /b; else touch /c/go; echo waiting; sleep 600; fi\n");
        using (var process = slipway.Command("build", "--progress", "plain", "-t", "killed", context).Start())
        {
            var token = TestContext.Current.CancellationToken;
            while (await process.StandardError.ReadLineAsync(token) is { } line && !line.EndsWith("waiting", StringComparison.Ordinal))
            {
            }

            process.Kill();
            await process.WaitForExitAsync(token);
        }

        await slipway.RunAsync("build", "-t", "killed", context);
        Assert.Equal("done\n", (await slipway.RunAsync("run", "killed", "cat", "/b")).Out);
    }
}
