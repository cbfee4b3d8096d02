using Slipway.Foundation.Text;
using Slipway.PyPi.Indexes;
using Slipway.PyPi.Indexes.Caching;
using Slipway.PyPi.Indexes.Pages;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Tests.Indexes;

public sealed class KeepingTests : IDisposable
{
    private readonly IndexWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Fact]
    public async Task A_fresh_page_is_not_asked_for_again()
    {
        Put("1.0", "max-age=600");
        await _world.AskAsync("foo");
        _world.Asked();

        _world.Clock.Advance(TimeSpan.FromSeconds(599));
        Assert.Equal(["foo-1.0-py3-none-any.whl"], await _world.NamesAsync("foo"));
        Assert.Empty(_world.Asked());

        Put("1.1", "max-age=600");
        _world.Clock.Advance(TimeSpan.FromSeconds(2));
        Assert.Equal(["foo-1.1-py3-none-any.whl"], await _world.NamesAsync("foo"));
    }

    [Fact]
    public async Task The_time_that_a_page_lay_in_another_cache_counts()
    {
        _world.Server.Files["simple/foo/"] = new ServedFile("<a href='foo-1.0.tar.gz'>x</a>"u8.ToArray(), "text/html") { Headers = new() { ["Cache-Control"] = "max-age=600", ["Age"] = "590" } };
        await _world.AskAsync("foo");
        _world.Asked();
        _world.Clock.Advance(TimeSpan.FromSeconds(11));

        await _world.AskAsync("foo");

        Assert.Single(_world.Asked());
    }

    [Fact]
    public async Task An_unchanged_page_is_not_sent_again()
    {
        Put("1.0", "no-cache", "\"one\"");
        await _world.AskAsync("foo");
        _world.Server.Files["simple/foo/"] = new ServedFile([], "text/plain") { Headers = new() { ["ETag"] = "\"one\"", ["Cache-Control"] = "max-age=600" } };

        Assert.Equal(["foo-1.0-py3-none-any.whl"], await _world.NamesAsync("foo"));
        _world.Asked();

        Assert.Equal(["foo-1.0-py3-none-any.whl"], await _world.NamesAsync("foo"));
        Assert.Empty(_world.Asked()); // fresh again
    }

    [Fact]
    public async Task Without_network_what_is_kept_is_used_also_that_there_is_nothing()
    {
        Put("1.0", "no-cache");
        await _world.AskAsync("foo");
        await _world.AskAsync("bar");
        _world.GoOffline();

        Assert.Single((await _world.AskAsync("foo")).Files);
        Assert.False((await _world.AskAsync("bar")).IsKnown);
        Assert.Equal("offline", (await _world.FailAsync("baz")).Code);
    }

    [Fact]
    public async Task A_broken_connection_is_tried_again()
    {
        Put("1.0", "no-cache");
        _world.Server.Breaks.Enqueue(10);
        _world.Server.Breaks.Enqueue(0);

        Assert.Single((await _world.AskAsync("foo")).Files);
        Assert.Equal(3, _world.Asked().Length);
    }

    [Fact]
    public async Task A_connection_that_breaks_each_time_is_told_in_the_end()
    {
        Put("1.0", "no-cache");
        for (int i = 0; i < 3; i++)
        {
            _world.Server.Breaks.Enqueue(10);
        }

        Diagnostic problem = await _world.FailAsync();

        Assert.Equal("index-unreachable", problem.Code);
        Assert.Contains("mirrors", problem.Help!, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_busy_server_is_asked_again()
    {
        Put("1.0", "no-cache");
        _world.Server.Statuses.Enqueue(503);
        _world.Server.Statuses.Enqueue(429);

        Assert.Single((await _world.AskAsync("foo")).Files);
    }

    [Fact]
    public async Task The_same_is_asked_once_by_many()
    {
        Put("1.0", "no-cache");
        PythonIndexes indexes = _world.Open();

        ProjectFiles[] all = await Task.WhenAll(Enumerable.Range(0, 20).Select(_ => indexes.GetProjectAsync(ProjectName.Parse("foo"), IndexWorld.None)));

        Assert.All(all, a => Assert.Same(all[0], a));
        Assert.Single(_world.Asked());
    }

    [Fact]
    public async Task No_more_requests_are_under_way_than_the_bound()
    {
        var hold = new TaskCompletionSource();
        _world.Server.Hold = hold.Task;
        PythonIndexes indexes = _world.Open();
        Task<ProjectFiles[]> all = Task.WhenAll(Enumerable.Range(0, 120).Select(i => indexes.GetProjectAsync(ProjectName.Parse($"p{i}"), IndexWorld.None)));
        hold.SetResult();

        await all;

        Assert.InRange(_world.Server.MostAtOnce, 1, PythonIndexes.MostRequests);
    }

    [Fact]
    public async Task What_was_announced_and_failed_is_told_when_it_is_asked_for()
    {
        _world.Server.Statuses.Enqueue(401);
        PythonIndexes indexes = _world.Open();
        Put("1.0", "no-cache");

        indexes.Expect([ProjectName.Parse("foo")], IndexWorld.None);
        await Assert.ThrowsAsync<DiagnosticException>(() => indexes.GetProjectAsync(ProjectName.Parse("foo"), IndexWorld.None));

        Assert.Single((await indexes.GetProjectAsync(ProjectName.Parse("foo"), IndexWorld.None)).Files); // what failed may be asked for again
    }

    [Fact]
    public async Task A_kept_page_that_is_broken_counts_as_none()
    {
        Put("1.0", "max-age=600");
        await _world.AskAsync("foo");
        string file = Directory.EnumerateFiles(_world["store/python-v1/pages"], "*", SearchOption.AllDirectories).Single();
        File.WriteAllBytes(file, File.ReadAllBytes(file)[..20]);

        Assert.Single((await _world.AskAsync("foo")).Files);
        Assert.Equal(2, _world.Asked().Length);
    }

    [Fact]
    public async Task What_was_not_used_for_long_can_be_removed()
    {
        Put("1.0", "max-age=6000");
        await _world.AskAsync("foo");
        string file = Directory.EnumerateFiles(_world["store/python-v1"], "*", SearchOption.AllDirectories).Single(), root = PythonIndexes.CacheIn(_world["store"]);
        File.SetLastWriteTimeUtc(file, _world.Clock.GetUtcNow().AddDays(-3).UtcDateTime);
        DateTimeOffset yesterday = _world.Clock.GetUtcNow().AddDays(-1);
        long size = new FileInfo(file).Length;

        Assert.Equal(size, PythonIndexes.Prune(root, yesterday, dryRun: true, IndexWorld.None));
        await _world.AskAsync("foo");
        Assert.Equal(0, PythonIndexes.Prune(root, yesterday, dryRun: false, IndexWorld.None));
        File.SetLastWriteTimeUtc(file, _world.Clock.GetUtcNow().AddDays(-3).UtcDateTime);
        Assert.Equal(size, PythonIndexes.Prune(root, yesterday, dryRun: false, IndexWorld.None));
        Assert.False(File.Exists(file));
        Assert.Equal(0, PythonIndexes.Prune(_world["nowhere"], yesterday, dryRun: false, IndexWorld.None));
    }

    [Fact]
    public void A_page_comes_back_from_disk_as_it_was_and_damage_never_throws()
    {
        var page = new KeptPage
        {
            Source = "https://pypi.test/simple/foo/", EntityTag = "W/\"x\"", LastModified = 12, FreshUntil = 99, Hostile = ["../x"],
            Page = new RawPage
            {
                ApiVersion = "1.1", Status = "archived", StatusReason = null,
                Files =
                [
                    new RawFile { FileName = "foo-1.0.tar.gz", Url = "https://x/foo-1.0.tar.gz", Hashes = [("sha256", "aa")], Size = 5, RequiresPython = ">=3", UploadTime = "2024", Yanked = "", HasMetadata = true, MetadataHashes = [("sha256", "bb")] },
                    new RawFile { FileName = "é-1.0.tar.gz", Url = "https://x/y" },
                ],
            },
        };
        byte[] bytes = KeptPageFile.Write(page);

        KeptPage? read = KeptPageFile.TryRead(bytes, page.Source);

        Assert.Equivalent(page, read, strict: true);
        Assert.Null(KeptPageFile.TryRead(bytes, "https://other/"));
        foreach (int at in Enumerable.Range(0, bytes.Length))
        {
            byte[] damaged = [.. bytes];
            damaged[at] ^= 0xff;
            KeptPageFile.TryRead(damaged, page.Source);
            KeptPageFile.TryRead(bytes[..at], page.Source);
        }
    }

    private void Put(string version, string control, string? tag = null) =>
        _world.Server.Files["simple/foo/"] = new ServedFile(System.Text.Encoding.UTF8.GetBytes($"<a href='foo-{version}-py3-none-any.whl'>x</a>"), "text/html")
        {
            Headers = tag is null ? new() { ["Cache-Control"] = control } : new() { ["Cache-Control"] = control, ["ETag"] = tag },
        };
}
