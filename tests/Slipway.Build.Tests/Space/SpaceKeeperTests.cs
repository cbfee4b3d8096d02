using Slipway.Build.Space;
using Slipway.Foundation.Hashing;
using Slipway.Images.Store;
using Slipway.Sandbox.Caches;
using Slipway.Testing;

namespace Slipway.Build.Tests.Space;

/// <summary>A store stays within its budget, and looking whether it does costs nothing.</summary>
public sealed class SpaceKeeperTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly FakeClock _clock = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task A_store_over_its_budget_loses_what_is_old_and_one_within_it_nothing()
    {
        await FillAsync(_folder["store"]);
        using ImageStore store = ImageStore.Open(_folder["store"]);
        Assert.Null(await new SpaceKeeper(store, _clock, new Packages()).KeepAsync(1 << 30, Token));
        _clock.Advance(TimeSpan.FromDays(2));
        StorePruneResult result = (await new SpaceKeeper(store, _clock, new Packages()).KeepAsync(1000, Token))!;
        Assert.Equal(1, result.Store.Blobs);
        Assert.True(result.FreedBytes >= 100_000);
    }

    [Fact]
    public async Task A_store_that_was_measured_today_is_not_measured_again()
    {
        using ImageStore store = ImageStore.Open(_folder["store"]);
        await new SpaceKeeper(store, _clock, new Packages()).KeepAsync(1 << 30, Token);
        DateTime written = File.GetLastWriteTimeUtc(_folder["store/space-v1"]);
        await new SpaceKeeper(store, _clock, new Packages()).KeepAsync(1 << 30, Token);
        Assert.Equal(written, File.GetLastWriteTimeUtc(_folder["store/space-v1"]));
    }

    [Fact]
    public async Task Packages_count_and_the_oldest_go_first_until_both_fit()
    {
        await FillAsync(_folder["store"]);
        using ImageStore store = ImageStore.Open(_folder["store"]);
        _clock.Advance(TimeSpan.FromDays(2));
        var packages = new Packages((TimeSpan.FromDays(40), 2_000_000), (TimeSpan.FromDays(8), 3_000_000), (TimeSpan.FromMinutes(1), 4_000_000));
        StorePruneResult result = (await new SpaceKeeper(store, _clock, packages).KeepAsync(8_000_000, Token))!;
        Assert.Equal([4_000_000, 3_000_000], packages.Left.Order().Reverse());
        Assert.True(result.FreedBytes is >= 2_000_000 and < 3_000_000);
        Assert.Equal(0, result.Store.Blobs);

        StorePruneOptions tight = new(new PruneOptions { KeepBytes = 4_500_000 });
        StorePruneResult rehearsed = await new BudgetPrune(store, _clock, packages).RunAsync(tight with { Store = tight.Store with { DryRun = true } }, Token);
        Assert.Equal(2, packages.Left.Count());
        StorePruneResult done = await new BudgetPrune(store, _clock, packages).RunAsync(tight, Token);
        Assert.Equal([4_000_000], packages.Left);
        Assert.Equal(rehearsed.FreedBytes, done.FreedBytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("9999999999999999 1 1")]
    [InlineData("not numbers at all")]
    [InlineData("4000000000 1 1")]
    public async Task A_state_that_says_nothing_or_comes_from_the_future_is_measured_anew(string state)
    {
        using ImageStore store = ImageStore.Open(_folder["store"]);
        await File.WriteAllTextAsync(_folder["store/space-v1"], state, Token);
        await new SpaceKeeper(store, _clock, new Packages()).KeepAsync(1 << 30, Token);
        Assert.NotEqual(state, await File.ReadAllTextAsync(_folder["store/space-v1"], Token));
    }

    [Fact]
    public async Task A_cache_mount_in_use_stays_and_a_free_one_goes()
    {
        using ImageStore store = ImageStore.Open(_folder["store"]);
        CacheMounts mounts = BuildFolders.Mounts(store);
        (await mounts.AcquireAsync(Request("free"), Token)).Dispose();
        using CacheLease busy = await mounts.AcquireAsync(Request("busy"), Token);
        StorePruneResult result = await new StorePrune(store, TimeProvider.System).RunAsync(new StorePruneOptions(new PruneOptions()) { Mounts = true }, Token);
        Assert.Equal(1, result.Mounts);
        Assert.Equal("busy", Assert.Single(mounts.List(Token)).Id);
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private static CacheRequest Request(string id) => new(id, CacheSharing.Shared, 0x1ED, 0, 0);

    private static async Task FillAsync(string root)
    {
        using ImageStore store = ImageStore.Open(root);
        await using BlobWriter blob = store.Blobs.CreateWriter();
        await blob.WriteAsync(new byte[100_000], Token);
        Digest digest = await blob.CommitAsync(null, null, Token);
        File.SetLastWriteTimeUtc(store.Blobs.PathOf(digest), DateTime.UtcNow.AddHours(-1));
    }

    /// <summary>Packages of some age and size; those of the last hour are in use.</summary>
    private sealed class Packages(params (TimeSpan Age, long Size)[] packages) : IOtherSpace
    {
        private readonly List<(TimeSpan Age, long Size)> _left = [.. packages];

        public IEnumerable<long> Left => _left.Select(p => p.Size);

        public long Size(CancellationToken cancellationToken) => Left.Sum();

        public long Prune(TimeSpan minimumAge, bool dryRun, CancellationToken cancellationToken)
        {
            (TimeSpan Age, long Size)[] old = [.. _left.Where(p => p.Age >= minimumAge && p.Age > TimeSpan.FromHours(1))];
            _left.RemoveAll(p => !dryRun && old.Contains(p));
            return old.Sum(p => p.Size);
        }
    }
}
