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
        Assert.Null(await new SpaceKeeper(store, _clock).KeepAsync(1 << 30, Token));
        _clock.Advance(TimeSpan.FromDays(2));
        StorePruneResult result = (await new SpaceKeeper(store, _clock).KeepAsync(1000, Token))!;
        Assert.Equal(1, result.Store.Blobs);
        Assert.True(result.FreedBytes >= 100_000);
    }

    [Fact]
    public async Task A_store_that_was_measured_today_is_not_measured_again()
    {
        using ImageStore store = ImageStore.Open(_folder["store"]);
        await new SpaceKeeper(store, _clock).KeepAsync(1 << 30, Token);
        DateTime written = File.GetLastWriteTimeUtc(_folder["store/space-v1"]);
        await new SpaceKeeper(store, _clock).KeepAsync(1 << 30, Token);
        Assert.Equal(written, File.GetLastWriteTimeUtc(_folder["store/space-v1"]));
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
        await new SpaceKeeper(store, _clock).KeepAsync(1 << 30, Token);
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
}
