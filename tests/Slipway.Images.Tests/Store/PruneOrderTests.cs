using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.Images.Store;
using static Slipway.Images.Tests.Entries;

namespace Slipway.Images.Tests.Store;

/// <summary>What goes first, what a clock that jumps does to it, and which images a filter means.</summary>
public sealed class PruneOrderTests : IDisposable
{
    private const int Size = 100_000;
    private readonly TemporaryStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ImageStore Store => _store.Store;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task Under_a_budget_what_was_not_used_for_the_longest_time_goes_first()
    {
        Layer[] layers = [await CachedAsync("a", 4), await CachedAsync("b", 1), await CachedAsync("c", 3), await CachedAsync("d", 2)];
        PruneResult result = await Store.PruneAsync(new PruneOptions { KeepBytes = Size * 5 / 2 }, Token);
        Assert.Equal([false, true, false, true], layers.Select(layer => Store.Layers.Exists(layer.DiffId)));
        Assert.InRange(result.Kept, Size * 2, Size * 5 / 2);
        Assert.Equal(0, (await Store.PruneAsync(new PruneOptions { KeepBytes = Size * 5 / 2 }, Token)).Layers);
    }

    [Fact]
    public async Task A_layer_is_as_young_as_the_key_that_leads_to_it()
    {
        Layer layer = await CachedAsync("a", 5);
        Touch(KeyFile("a"), DateTime.UtcNow);
        Assert.Equal(0, (await Store.PruneAsync(new PruneOptions { MinimumAge = TimeSpan.FromHours(3) }, Token)).Layers);
        Assert.True(Store.Layers.Exists(layer.DiffId));
    }

    [Fact]
    public async Task A_budget_takes_unnamed_images_but_never_one_with_a_name()
    {
        StoredImage named = await ImageAsync("named", 9, "app"), unnamed = await ImageAsync("unnamed", 1);
        await Store.PruneAsync(new PruneOptions { KeepBytes = 0 }, Token);
        Assert.Equal(named.Id, Assert.Single(await Store.ListAsync(Platform.Host, Token)).Id);
        Assert.False(Store.Blobs.Exists(unnamed.Id));
    }

    [Fact]
    public async Task What_this_process_used_can_be_kept_under_any_budget()
    {
        Layer old = await CachedAsync("old", 5), used = await CachedAsync("used", 5);
        using ImageStore again = ImageStore.Open(_store.Root);
        Store.Dispose();
        Assert.NotNull(await again.Keys.GetAsync(KeyOf("used").ToDigest(), Token));
        await again.PruneAsync(new PruneOptions { KeepBytes = 0, KeepOwn = true }, Token);
        Assert.Equal((false, true), (again.Layers.Exists(old.DiffId), again.Layers.Exists(used.DiffId)));
    }

    [Theory]
    [InlineData("wanted=1", "a")]
    [InlineData("wanted", "a b")]
    [InlineData("other", "")]
    public async Task A_filter_by_label_takes_only_images_that_have_it(string label, string gone)
    {
        Dictionary<string, Digest> images = [];
        foreach ((string name, string value) in ((string, string)[])[("a", "1"), ("b", "2")])
        {
            images[name] = (await ImageAsync(name, 1, new Dictionary<string, string> { ["wanted"] = value })).Id;
        }

        images["c"] = (await ImageAsync("c", 1)).Id;
        string[] parts = label.Split('=');
        var options = new PruneOptions { Labels = found => found.TryGetValue(parts[0], out string? value) && (parts.Length == 1 || value == parts[1]) };
        await Store.PruneAsync(options, Token);
        HashSet<Digest> left = [.. (await Store.ListAsync(Platform.Host, Token)).Select(image => image.Id)];
        Assert.Equal(gone, string.Join(' ', images.Where(image => !left.Contains(image.Value)).Select(image => image.Key)));
    }

    [Fact]
    public async Task Marks_from_the_future_do_not_stay_for_ever()
    {
        Layer layer = await CachedAsync("a", -24 * 400);
        Assert.Equal(0, (await Store.PruneAsync(new PruneOptions { MinimumAge = TimeSpan.FromMinutes(1) }, Token)).Layers);
        Assert.True(System.IO.File.GetLastWriteTimeUtc(KeyFile("a")) <= DateTime.UtcNow);
        Touch(layer, "a", -24 * 400);
        Assert.Equal(1, (await Store.PruneAsync(new PruneOptions(), Token)).Layers);
    }

    [Fact]
    public async Task While_a_process_runs_that_came_before_the_clock_was_set_back_nothing_goes()
    {
        Layer layer = await CachedAsync("a", 24);
        using ImageStore other = ImageStore.Open(_store.Root);
        foreach (string lease in System.IO.Directory.GetFiles(Path.Combine(_store.Root, "tmp-v1"), "*.lease"))
        {
            Touch(lease, DateTime.UtcNow.AddHours(2));
        }

        PruneResult result = await Store.PruneAsync(new PruneOptions(), Token);
        Assert.Equal((0, true), (result.Layers, result.HeldBack));
        Assert.True(Store.Layers.Exists(layer.DiffId));
    }

    [Fact]
    public async Task A_mark_is_never_older_than_the_lease_of_who_made_it()
    {
        Layer layer = await CachedAsync("a", 24);
        string before = Path.Combine(_store.Root, "tmp-v1");
        HashSet<string> known = [.. System.IO.Directory.GetFiles(before)];
        using ImageStore other = ImageStore.Open(_store.Root);
        DateTime lease = System.IO.File.GetLastWriteTimeUtc(System.IO.Directory.GetFiles(before).Single(file => !known.Contains(file)));
        Assert.True(other.Layers.Exists(layer.DiffId));
        Assert.True(System.IO.File.GetLastWriteTimeUtc(Store.Blobs.PathOf(layer.DiffId)) >= lease);
    }

    [Fact]
    public async Task A_disk_without_room_is_said_before_anything_is_written()
    {
        var much = new Descriptor("x", Digest.Of("x"), long.MaxValue / 2);
        await CachedAsync("a", 1);
        var failure = await Assert.ThrowsAsync<DiagnosticException>(() => Store.Blobs.PutAsync(Stream.Null, much, Token));
        Assert.Equal("disk-full", failure.Diagnostics[0].Code);
        Assert.Contains("would free about", failure.Diagnostics[0].Help, StringComparison.Ordinal);
    }

    private static KeyBuilder KeyOf(string name) => new KeyBuilder().Add("name", name);

    private string KeyFile(string name) => Path.Combine(_store.Root, "keys-v1", KeyOf(name).ToDigest().Hex[..2], KeyOf(name).ToDigest().Hex + ".json");

    private async Task<Layer> CachedAsync(string name, int hours)
    {
        Layer layer = await LayerAsync(name);
        await Store.Keys.PutAsync(KeyOf(name).ToDigest(), new KeyRecord { Operation = name, Parts = KeyOf(name).Parts, Layers = [layer.DiffId] }, Token);
        Touch(layer, name, hours);
        return layer;
    }

    private Task<StoredImage> ImageAsync(string content, int hours, params string[] names) => ImageAsync(content, hours, new Dictionary<string, string>(), names);

    private async Task<StoredImage> ImageAsync(string content, int hours, Dictionary<string, string> labels, params string[] names)
    {
        Layer layer = await LayerAsync(content);
        var config = new ImageConfig
        {
            Os = "linux",
            Architecture = Platform.Host.Architecture,
            RootFs = new RootFileSystem { DiffIds = [layer.DiffId] },
            Config = new ContainerConfig { Labels = labels },
        };
        StoredImage image = await Store.PutImageAsync(config, [layer.TarDescriptor], [.. names.Select(ImageReference.Parse)], Token);
        Touch(layer, null, hours);
        return image;
    }

    private Task<Layer> LayerAsync(string content) => _store.WriteAsync([File("f")], _ => [.. System.Text.Encoding.UTF8.GetBytes(content), .. new byte[Size]]);

    private void Touch(Layer layer, string? key, int hours)
    {
        DateTime time = DateTime.UtcNow.AddHours(-hours);
        Touch(Store.Blobs.PathOf(layer.DiffId), time);
        System.IO.Directory.SetLastWriteTimeUtc(Path.Combine(_store.Root, "layers-v1", layer.DiffId.Hex), time);
        if (key is not null)
        {
            Touch(KeyFile(key), time);
        }
    }

    private static void Touch(string file, DateTime time) => System.IO.File.SetLastWriteTimeUtc(file, time);
}
