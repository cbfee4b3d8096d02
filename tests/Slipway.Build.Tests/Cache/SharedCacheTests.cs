using Slipway.Build.Cache;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Text;
using Slipway.Images.SharedCache;
using Slipway.Images.Store;
using Slipway.Testing;
using Slipway.Testing.Registry;

namespace Slipway.Build.Tests.Cache;

/// <summary>Machines that build the same thing take it from each other, and what is damaged on the way is made again.</summary>
public sealed class SharedCacheTests : IDisposable
{
    private const string Random = "cat /proc/sys/kernel/random/uuid";

    /// <summary>Two commands that give something else each time they are run, a stage that is not in the image, files.</summary>
    private const string Recipe = $"FROM busybox AS side\nRUN {Random} > /side\nFROM busybox\nCOPY f /f\nRUN {Random} > /once\nWORKDIR /w\nCOPY --from=side /side /x/";

    private readonly TemporaryFolder _folder = new();
    private readonly InMemoryRegistry _registry = new();

    public void Dispose()
    {
        _registry.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task Another_machine_runs_nothing_and_comes_to_the_same_image_without_fetching_a_layer(bool registry)
    {
        using Machine one = await Machine.NewAsync(), two = await Machine.NewAsync();
        StoredImage made = await one.SendAsync(Place(one, registry), Recipe, "f", "x");
        StoredImage taken = await two.TakeAsync(Place(two, registry), Recipe, "f", "x");
        Assert.Equal(made.Target.Digest, taken.Target.Digest);
        Assert.Equal(5, two.Cached.Count);
        Assert.Empty(two.Done);
        Assert.DoesNotContain(_registry.Requests, r => r.StartsWith("GET", StringComparison.Ordinal) && r.Contains("/blobs/", StringComparison.Ordinal));
        Assert.Equal(await one.Store.ReadAsync(made, "once"), await two.Store.ReadAsync(taken, "once"));
    }

    [Fact]
    public async Task A_layer_is_fetched_when_a_later_step_reads_it()
    {
        using Machine one = await Machine.NewAsync(), two = await Machine.NewAsync();
        await one.SendAsync(one.Registry(_registry.Host), $"FROM busybox\nRUN {Random} > /a");
        StoredImage taken = await two.TakeAsync(two.Registry(_registry.Host), $"FROM busybox\nRUN {Random} > /a\nRUN cat /a > /b");
        Assert.Equal((1, 1), (two.Cached.Count, two.Done.Count));
        Assert.Equal(await two.Store.ReadAsync(taken, "a"), await two.Store.ReadAsync(taken, "b"));
    }

    [Fact]
    public async Task What_was_taken_is_known_from_then_on_without_asking()
    {
        using Machine one = await Machine.NewAsync(), two = await Machine.NewAsync();
        StoredImage made = await one.SendAsync(one.Registry(_registry.Host), Recipe, "f", "x");
        await two.TakeAsync(two.Registry(_registry.Host), Recipe, "f", "x");
        int asked = _registry.Requests.Length;
        StoredImage again = await two.TakeAsync(two.Registry(_registry.Host), Recipe, "f", "x");
        Assert.Equal((made.Target.Digest, asked), (again.Target.Digest, _registry.Requests.Length));
    }

    [Fact]
    public async Task Only_the_steps_of_the_image_are_sent_unless_all_are_asked_for()
    {
        using Machine one = await Machine.NewAsync();
        await one.BuildAsync(Recipe, ["f", "x"], new BuildSettings { CacheTo = [new CacheTarget(Folder)] });
        int few = Entries.Length;
        await one.BuildAsync(Recipe, ["f", "x"], new BuildSettings { CacheTo = [new CacheTarget(Folder) { AllSteps = true }] });
        Assert.Equal(few + 1, Entries.Length);
    }

    [Fact]
    public async Task What_a_cache_has_is_not_sent_again()
    {
        using Machine one = await Machine.NewAsync();
        await one.SendAsync(one.Registry(_registry.Host), Recipe, "f", "x");
        int before = Puts();
        await one.SendAsync(one.Registry(_registry.Host), Recipe, "f", "x");
        Assert.Equal(before, Puts());

        int Puts() => _registry.Requests.Count(r => r.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Machines_that_send_at_the_same_time_lose_nothing_of_each_other()
    {
        using Machine one = await Machine.NewAsync(), two = await Machine.NewAsync(), three = await Machine.NewAsync();
        string[] recipes = [.. Enumerable.Range(0, 2).Select(n => $"FROM busybox\nRUN {Random} > /a{n}\nRUN {Random} > /b{n}\nRUN {Random} > /c{n}")];
        await Task.WhenAll(one.SendAsync(one.Registry(_registry.Host), recipes[0]), two.SendAsync(two.Registry(_registry.Host), recipes[1]));
        foreach (string recipe in recipes)
        {
            await three.TakeAsync(three.Registry(_registry.Host), recipe);
            Assert.Equal((3, 0), (three.Cached.Count, three.Done.Count));
        }
    }

    [Fact]
    public async Task Nothing_of_a_secret_an_argument_or_the_machine_is_in_a_cache()
    {
        using Machine one = await Machine.NewAsync();
        await File.WriteAllTextAsync(one.Store["secret"], "hush-4711", Token);
        var settings = new BuildSettings
        {
            CacheTo = [new CacheTarget(Folder) { AllSteps = true }],
            Secrets = System.Collections.Immutable.ImmutableDictionary<string, SecretSource>.Empty.Add("s", new SecretSource(one.Store["secret"], null)),
        };
        await one.BuildAsync("FROM busybox\nARG password=pass-0815\nRUN --mount=type=secret,id=s test -s /run/secrets/s\nCOPY f /f", ["f", "x"], settings);
        string written = string.Concat(Directory.GetFiles(_folder.Path, "*", SearchOption.AllDirectories).Select(File.ReadAllText));
        Assert.All((string[])["hush-4711", "pass-0815", "password", one.Store["secret"], one.Store.Images.Root, one.Last.Folder, "Dockerfile", Environment.MachineName], word =>
            Assert.DoesNotContain(word, written, StringComparison.Ordinal));
    }

    [Fact]
    public async Task The_folder_of_a_cache_mount_goes_along_and_fills_only_an_empty_one()
    {
        const string Step = "FROM busybox\nRUN --mount=type=cache,id=it,target=/c echo {0} >> /c/log; cat /c/log > /seen";
        using Machine one = await Machine.NewAsync(), two = await Machine.NewAsync();
        await one.SendAsync(Folder, Step.Replace("{0}", "one", StringComparison.Ordinal));
        StoredImage first = await two.TakeAsync(Folder, Step.Replace("{0}", "two", StringComparison.Ordinal));
        Assert.Equal("one\ntwo\n", await two.Store.ReadAsync(first, "seen"));
        StoredImage second = await two.TakeAsync(Folder, Step.Replace("{0}", "three", StringComparison.Ordinal));
        Assert.Equal("one\ntwo\nthree\n", await two.Store.ReadAsync(second, "seen"));
    }

    [Fact]
    public async Task A_cache_that_does_not_answer_is_one_warning_and_the_build_goes_on()
    {
        using Machine one = await Machine.NewAsync();
        string host = _registry.Host;
        _registry.Dispose();
        await one.TakeAsync(one.Registry(host), Recipe, "f", "x");
        Assert.Equal(5, one.Done.Count);
        Assert.Contains(host, Assert.Single(one.Warnings), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_cache_that_cannot_be_written_fails_the_command_unless_that_is_to_be_ignored()
    {
        using Machine one = await Machine.NewAsync();
        _registry.Break(new RegistryFault(FaultKind.Status, "PUT") { Status = 403 });
        var failure = await Assert.ThrowsAsync<DiagnosticException>(() => one.SendAsync(one.Registry(_registry.Host), Recipe, "f", "x"));
        Assert.Equal("cache-export", failure.Diagnostics[0].Code);
        await one.BuildAsync(Recipe, ["f", "x"], new BuildSettings { CacheTo = [new CacheTarget(one.Registry(_registry.Host)) { IgnoreErrors = true }] });
        Assert.Contains("could not be written", Assert.Single(one.Warnings), StringComparison.Ordinal);
    }

    private FolderCache Folder => new(_folder["cache"]);

    private string[] Entries => Directory.GetFiles(_folder["cache/slipway-cache-v1"]);

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ISharedCache Place(Machine machine, bool registry) => registry ? machine.Registry(_registry.Host) : Folder;
}
