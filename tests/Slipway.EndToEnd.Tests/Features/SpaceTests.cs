namespace Slipway.EndToEnd.Tests.Features;

/// <summary>What the store takes, giving it back under docker's names, and a budget that keeps itself.</summary>
public sealed class SpaceTests(World world)
{
    private static string Recipe(string name) => $"FROM busybox\nRUN dd if=/dev/urandom of=/{name} bs=1M count=3\n";

    [Fact]
    public async Task A_build_over_the_budget_removes_the_longest_unused_and_says_so()
    {
        var store = await world.NewBusyboxStoreAsync();
        await store.RunAsync("build", "-q", "-t", "named", world.NewContext("Dockerfile", Recipe("named")));
        await store.RunAsync("build", "-q", "--keep-storage", "1GB", world.NewContext("Dockerfile", Recipe("old")));
        File.Delete(Path.Combine(store.Store, "space-v1"));
        var build = await store.RunAsync("build", "-t", "new", "--keep-storage", "12MB", world.NewContext("Dockerfile", Recipe("new")));
        Assert.Matches(@"removed \S+MB that was not used for the longest time", build.Error);
        Assert.Equal(3, (await store.RunAsync("images", "-q")).Out.Split('\n', StringSplitOptions.RemoveEmptyEntries).Length);
        foreach (var name in (string[])["named", "new"])
        {
            await store.RunAsync("run", "--rm", name, "test", "-s", "/" + name);
        }

        await store.RunAsync("system", "check", "-q");
    }

    [Fact]
    public async Task A_build_within_its_budget_says_nothing()
    {
        var store = (await world.NewBusyboxStoreAsync()) with { Variables = new Dictionary<string, string?> { ["SLIPWAY_KEEP_STORAGE"] = "1GB" } };
        Assert.DoesNotContain("not used", (await store.RunAsync("build", world.NewContext("Dockerfile", Recipe("x")))).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_builder_loses_its_cache_and_the_images_stay()
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = world.NewContext("Dockerfile", Recipe("x"));
        await store.RunAsync("build", "-q", "-t", "x", context);
        Assert.Matches(@"Total reclaimed space: \d", (await store.ShellAsync("docker builder prune -f")).Out);
        await store.RunAsync("run", "--rm", "x", "test", "-s", "/x");
        Assert.DoesNotContain("CACHED", (await store.RunAsync("build", "--progress", "plain", context)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Images_go_by_their_label_and_the_cache_stays()
    {
        var store = await world.NewBusyboxStoreAsync();
        var context = world.NewContext("Dockerfile", Recipe("x"));
        await store.RunAsync("build", "-q", "-t", "a", "--label", "stage=test", context);
        await store.RunAsync("build", "-q", "-t", "b", context);
        await store.ShellAsync("docker image prune -a -f --filter label=stage=test");
        var names = (await store.RunAsync("images", "--format", "{{.Repository}}")).Out;
        Assert.DoesNotContain("a\n", names, StringComparison.Ordinal);
        Assert.Contains("b\n", names, StringComparison.Ordinal);
        Assert.Contains("CACHED", (await store.RunAsync("build", "--progress", "plain", context)).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_kinds_are_listed_as_a_table_and_as_json()
    {
        var store = await world.NewBusyboxStoreAsync();
        await store.RunAsync("build", "-q", "-t", "x", world.NewContext("Dockerfile", "FROM busybox\nRUN --mount=type=cache,id=pips,target=/c echo x | tee /c/f > /x\n"));
        var table = (await store.RunAsync("system", "df")).Out;
        Assert.All((string[])["Images", "Layers", "Build Cache", "Downloads", "Cache Mounts", "Logs", "Temporary"], kind => Assert.Contains("\n" + kind + " ", table, StringComparison.Ordinal));
        Assert.Contains("pips", (await store.RunAsync("system", "df", "-v")).Out, StringComparison.Ordinal);
        using var json = System.Text.Json.JsonDocument.Parse((await store.RunAsync("system", "df", "-v", "--format", "json")).Out);
        Assert.Equal("pips", json.RootElement.GetProperty("CacheMounts")[0].GetProperty("Mount").GetString());
    }

    [Theory]
    [InlineData("--filter", "until=never", "24h")]
    [InlineData("--filter", "colour=red", "until=")]
    [InlineData("--keep-storage", "much", "number")]
    public async Task A_filter_that_makes_no_sense_is_refused_with_advice(string flag, string value, string advice) =>
        Assert.Contains(advice, (await world.Slipway.RunAsync(2, "system", "prune", "-f", flag, value)).Error, StringComparison.Ordinal);

    [Theory]
    [InlineData("type=inline", "type=registry")]
    [InlineData("type=gha", "ghcr.io")]
    [InlineData("type=s3,bucket=b", "type=local")]
    [InlineData("type=local,src=x", "dest")]
    [InlineData("type=registry", "ref=")]
    [InlineData("type=registry,ref=a/b,mode=most", "max")]
    public async Task A_cache_that_does_not_exist_here_is_refused_with_advice(string cache, string advice) =>
        Assert.Contains(advice, (await world.Slipway.RunAsync(2, "build", "--cache-to", cache, world.NewContext("Dockerfile", "FROM busybox\n"))).Error, StringComparison.Ordinal);
}
