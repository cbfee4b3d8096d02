using System.Text.RegularExpressions;

namespace Slipway.EndToEnd.Tests.Faults;

/// <summary>Many commands on one store at the same time come to what each comes to alone.</summary>
public sealed class CrowdTests(World world)
{
    private const int Crowd = 8;

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Eight_builds_of_the_same_recipe_come_to_one_image()
    {
        var context = world.NewContext("Dockerfile", Recipe("busybox", 0), "f", "x");
        var alone = await BuildAsync(await world.NewBusyboxStoreAsync(), context);
        var store = await world.NewBusyboxStoreAsync();
        Assert.Equal([alone], (await Task.WhenAll(Enumerable.Range(0, Crowd).Select(_ => BuildAsync(store, context)))).Distinct());
        await store.RunAsync("system", "check", "-q");
    }

    [Fact]
    public async Task Eight_builds_of_the_same_recipe_run_each_command_once()
    {
        var context = world.NewContext("Dockerfile", "FROM busybox\nRUN --mount=type=cache,id=crowd,target=/c echo ran >> /c/log; cat /proc/sys/kernel/random/uuid > /made\nRUN cp /made /copy\n");
        var store = await world.NewBusyboxStoreAsync();
        Assert.Single((await Task.WhenAll(Enumerable.Range(0, Crowd).Select(_ => BuildAsync(store, context)))).Distinct());
        var log = Assert.Single(Directory.GetFiles(Path.Combine(store.Store, "cache-v1"), "log", SearchOption.AllDirectories));
        Assert.Equal("ran\n", await File.ReadAllTextAsync(log, Token));
        Assert.DoesNotContain(Directory.GetFiles(Path.Combine(store.Store, "locks-v1")), file => Path.GetFileName(file).StartsWith("step-", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Eight_builds_of_different_recipes_come_to_what_each_comes_to_alone()
    {
        string[] contexts = [.. Enumerable.Range(0, Crowd).Select(n => world.NewContext("Dockerfile", Recipe("busybox", n), "f", $"{n}"))];
        var quiet = await world.NewBusyboxStoreAsync();
        List<string> alone = [];
        foreach (var context in contexts)
        {
            alone.Add(await BuildAsync(quiet, context));
        }

        var store = await world.NewBusyboxStoreAsync();
        Assert.Equal(alone, await Task.WhenAll(contexts.Select(context => BuildAsync(store, context))));
        await store.RunAsync("system", "check", "-q");
    }

    [Fact]
    public async Task A_prune_of_everything_takes_nothing_that_a_build_beside_it_needs()
    {
        var name = $"{world.Registry}/crowd/base:1";
        var sender = await world.NewBusyboxStoreAsync();
        await sender.RunAsync("tag", "busybox", name);
        await sender.RunAsync("push", "-q", name);
        string[] contexts = [.. Enumerable.Range(0, 4).Select(n => world.NewContext("Dockerfile", Recipe(name, n), "f", $"{n}"))];
        List<string> alone = [];
        foreach (var context in contexts)
        {
            alone.Add(await BuildAsync(sender, context));
        }

        var store = world.NewStore();
        var builds = Task.WhenAll(contexts.Select(async (context, n) =>
        {
            for (var i = 0; i < 4; i++)
            {
                Assert.Equal(alone[n], await BuildAsync(store, context, i % 2 == 0 ? "--no-cache" : "--no-cache=false"));
            }
        }));
        var prunes = 0;
        for (; !builds.IsCompleted; prunes++)
        {
            await store.RunAsync("system", "prune", "-a", "-f");
        }

        await builds;
        Assert.True(prunes > 1);
        await store.RunAsync("system", "check", "-q");
    }

    [Fact]
    public async Task Four_machines_that_send_a_cache_at_once_leave_all_of_it_to_a_fifth()
    {
        var cache = $"type=registry,ref={world.Registry}/crowd/cache";
        string[] contexts = [.. Enumerable.Range(0, 4).Select(n => world.NewContext("Dockerfile", Recipe("busybox", n), "f", $"{n}"))];
        var ids = await Task.WhenAll(contexts.Select(async context =>
            await BuildAsync(await world.NewBusyboxStoreAsync(), context, "--cache-to", cache + ",mode=max")));
        var fifth = await world.NewBusyboxStoreAsync();
        foreach (var (context, n) in contexts.Select((context, n) => (context, n)))
        {
            var build = await fifth.RunAsync("build", "--progress", "plain", "-t", $"taken:{n}", "--cache-from", cache, context);
            Assert.DoesNotContain(" DONE ", Regex.Replace(build.Error, "fetching.*?DONE", "", RegexOptions.Singleline), StringComparison.Ordinal);
            Assert.Contains(ids[n], build.Error, StringComparison.Ordinal);
        }

        Assert.Equal("3\n", (await fifth.RunAsync("run", "--rm", "taken:3", "cat", "/n")).Out);
        await fifth.RunAsync("system", "check", "-q");
    }

    private static string Recipe(string image, int n) =>
        $"FROM {image} AS one\nRUN echo {n} > /n; dd if=/dev/zero of=/big bs=1M count=2 2>/dev/null\nFROM {image}\nRUN echo shared > /shared\nCOPY f /f\nCOPY --from=one /n /big /\nRUN cat /n /f > /both\n";

    private static async Task<string> BuildAsync(Cli store, string context, params string[] options) =>
        (await store.RunAsync(["build", "-q", .. options, context])).Line();
}
