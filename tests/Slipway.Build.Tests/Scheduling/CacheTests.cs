using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Images.Store;

namespace Slipway.Build.Tests.Scheduling;

public sealed class CacheTests
{
    private const string Recipe = "FROM busybox AS first\nRUN echo first > /one\nFROM first\nCOPY f /f\nRUN cat /f > /two";

    [Fact]
    public async Task A_second_build_does_nothing_and_comes_to_the_same_image()
    {
        using Store store = await Store.WithBusyboxAsync();
        Builds builds = With(store, "f", "x");
        StoredImage cold = await builds.BuildAsync(Recipe);
        StoredImage cached = await builds.BuildAsync(Recipe);
        Assert.Equal(cold.Target.Digest, cached.Target.Digest);
        Assert.Equal(3, builds.Labels<StepCached>().Count);
        Assert.Empty(builds.Labels<StepFinished>());
    }

    [Fact]
    public async Task Touching_a_file_rebuilds_nothing()
    {
        using Store store = await Store.WithBusyboxAsync();
        Builds builds = With(store, "f", "x");
        await builds.BuildAsync(Recipe);
        File.SetLastWriteTimeUtc(Path.Combine(builds.Folder, "f"), DateTime.UtcNow.AddDays(1));
        await builds.BuildAsync(Recipe);
        Assert.Empty(builds.Labels<StepFinished>());
    }

    [Fact]
    public async Task A_changed_file_rebuilds_what_comes_after_it_only()
    {
        using Store store = await Store.WithBusyboxAsync();
        Builds builds = With(store, "f", "x");
        await builds.BuildAsync(Recipe);
        builds.Write("f", "y");
        StoredImage image = await builds.BuildAsync(Recipe);
        Assert.Equal("y", await store.ReadAsync(image, "two"));
        Assert.Equal(2, builds.Labels<StepFinished>().Count);
    }

    [Fact]
    public async Task A_step_whose_parent_was_rebuilt_to_the_same_bytes_is_not_run_again()
    {
        using Store store = await Store.WithBusyboxAsync();
        Builds builds = With(store, "f", "x");
        await builds.BuildAsync("FROM busybox\nRUN echo same > /one\nRUN cat /one > /two");
        await builds.BuildAsync("FROM busybox\nRUN echo  same > /one\nRUN cat /one > /two");
        Assert.Single(builds.Labels<StepFinished>());
        Assert.Single(builds.Labels<StepCached>());
    }

    [Fact]
    public async Task Only_the_stages_named_do_without_the_cache()
    {
        using Store store = await Store.WithBusyboxAsync();
        await With(store, "f", "x").BuildAsync(Recipe);
        var builds = new Builds(store) { Settings = new BuildSettings { NoCache = ["first"] } };
        builds.Write("f", "x");
        await builds.BuildAsync(Recipe);
        Assert.Contains("echo first", Assert.Single(builds.Labels<StepFinished>()), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_part_of_a_key_that_differs_is_told()
    {
        using Store store = await Store.WithBusyboxAsync();
        var builds = new Builds(store) { Settings = new BuildSettings { Explain = true } };
        await builds.BuildAsync("FROM busybox\nENV a=1\nRUN true");
        Assert.Contains(Notes(builds), n => n.Contains("no earlier build", StringComparison.Ordinal));
        await builds.BuildAsync("FROM busybox\nENV a=2\nRUN true");
        Assert.Contains(Notes(builds), n => n.StartsWith("not cached: environment[1] changed from 'a=1' to 'a=2'", StringComparison.Ordinal));
        await builds.BuildAsync("FROM busybox\nENV a=2\nRUN true");
        Assert.Contains(Notes(builds), n => n.StartsWith("cached: same key", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Secrets_and_caches_do_not_decide_whether_a_step_is_run()
    {
        using Store store = await Store.WithBusyboxAsync();
        var first = new Builds(store) { Settings = WithSecret("1") };
        const string Run = "FROM busybox\nRUN --mount=type=secret,id=s --mount=type=cache,id={0},target=/c wc -c /run/secrets/s";
        await first.BuildAsync(Run.Replace("{0}", "one", StringComparison.Ordinal));
        var second = new Builds(store) { Settings = WithSecret("22") };
        await second.BuildAsync(Run.Replace("{0}", "two", StringComparison.Ordinal));
        Assert.Single(second.Labels<StepCached>());

        BuildSettings WithSecret(string value)
        {
            File.WriteAllText(store["secret"], value);
            return new BuildSettings { Secrets = System.Collections.Immutable.ImmutableDictionary<string, SecretSource>.Empty.Add("s", new SecretSource(store["secret"], null)) };
        }
    }

    private static IEnumerable<string> Notes(Builds builds) => builds.Events.OfType<BuildNote>().Select(n => n.Text);

    private static Builds With(Store store, string path, string text)
    {
        var builds = new Builds(store);
        builds.Write(path, text);
        return builds;
    }
}
