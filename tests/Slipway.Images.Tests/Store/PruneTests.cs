using System.Diagnostics;
using Slipway.Foundation.Hashing;
using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.Images.Store;
using static Slipway.Images.Tests.Entries;

namespace Slipway.Images.Tests.Store;

public sealed class PruneTests : IDisposable
{
    private readonly TemporaryStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ImageStore Store => _store.Store;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task What_an_image_names_stays_and_what_nothing_names_goes()
    {
        Layer used = await LayerAsync("used"), loose = await LayerAsync("loose");
        StoredImage image = await ImageAsync(used, "app");
        await Store.Keys.PutAsync(Digest.Of("key"), new KeyRecord { Operation = "RUN x", Layers = [loose.DiffId] }, Token);
        PruneResult result = await Store.PruneAsync(new PruneOptions(), Token);
        Assert.Equal((0, 1, 1, 1), (result.Images, result.Layers, result.Blobs, result.Keys));
        Assert.False(Store.Layers.Exists(loose.DiffId));
        Assert.True(Store.Layers.Exists(used.DiffId));
        Assert.Equal(image.Id, Assert.Single(await Store.ListAsync(Platform.Host, Token)).Id);
    }

    [Fact]
    public async Task The_cache_can_be_kept()
    {
        Layer cached = await LayerAsync("cached"), loose = await LayerAsync("loose");
        await Store.Keys.PutAsync(Digest.Of("key"), new KeyRecord { Operation = "RUN x", Layers = [cached.DiffId] }, Token);
        PruneResult result = await Store.PruneAsync(new PruneOptions { KeepCache = true }, Token);
        Assert.Equal((0, 1, 1, 0), (result.Images, result.Layers, result.Blobs, result.Keys));
        Assert.True(Store.Layers.Exists(cached.DiffId));
        Assert.False(Store.Layers.Exists(loose.DiffId));
    }

    [Fact]
    public async Task An_image_without_a_name_goes_and_one_with_a_name_only_if_asked()
    {
        await ImageAsync(await LayerAsync("one"), "app");
        await ImageAsync(await LayerAsync("two"));
        Assert.Equal(1, (await Store.PruneAsync(new PruneOptions(), Token)).Images);
        Assert.Single(await Store.ListAsync(Platform.Host, Token));
        Assert.Equal(1, (await Store.PruneAsync(new PruneOptions { AllImages = true }, Token)).Images);
        Assert.Empty(System.IO.Directory.GetFiles(Path.Combine(_store.Root, "blobs/sha256")));
        Assert.Empty(System.IO.Directory.GetDirectories(Path.Combine(_store.Root, "layers-v1")));
    }

    [Fact]
    public async Task What_is_young_stays_and_a_dry_run_removes_nothing()
    {
        Layer loose = await LayerAsync("loose");
        Assert.Equal(0, (await Store.PruneAsync(new PruneOptions { MinimumAge = TimeSpan.FromHours(1) }, Token)).Layers);
        Assert.Equal(1, (await Store.PruneAsync(new PruneOptions { DryRun = true }, Token)).Layers);
        Assert.True(Store.Layers.Exists(loose.DiffId));
    }

    [Fact]
    public async Task What_another_running_process_used_stays_and_goes_once_it_has_ended()
    {
        Layer loose = await LayerAsync("loose"), old = await LayerAsync("old");
        Backdate(loose, old);
        ImageStore other = ImageStore.Open(_store.Root);
        Assert.True(other.Layers.Exists(loose.DiffId));
        using (ImageStore pruning = ImageStore.Open(_store.Root))
        {
            Store.Dispose();
            PruneResult held = await pruning.PruneAsync(new PruneOptions(), Token);
            Assert.Equal((1, true), (held.Layers, held.HeldBack));
            Assert.True(pruning.Layers.Exists(loose.DiffId));
            other.Dispose();
        }

        using ImageStore again = ImageStore.Open(_store.Root);
        Assert.Equal(1, (await again.PruneAsync(new PruneOptions(), Token)).Layers);
    }

    [Fact]
    public async Task What_a_killed_process_left_is_removed_when_the_store_is_opened()
    {
        Command.Require("flock");
        string temporary = Path.Combine(_store.Root, "tmp-v1"), name = Path.Combine(temporary, "4711-abc");
        System.IO.Directory.CreateDirectory(name);
        await System.IO.File.WriteAllTextAsync(Path.Combine(name, "half"), "x", Token);
        using (Process holder = Process.Start(new ProcessStartInfo("flock", ["--close", name + ".lease", "sh", "-c", "echo held; read x"]) { RedirectStandardInput = true, RedirectStandardOutput = true })!)
        {
            Assert.Equal("held", await holder.StandardOutput.ReadLineAsync(Token));
            ImageStore.Open(_store.Root).Dispose();
            Assert.True(System.IO.File.Exists(Path.Combine(name, "half")));
            holder.Kill(entireProcessTree: true);
            await holder.WaitForExitAsync(Token);
        }

        ImageStore.Open(_store.Root).Dispose();
        Assert.False(System.IO.Directory.Exists(name));
    }

    [Fact]
    public async Task The_usage_counts_images_layers_and_what_could_be_freed()
    {
        await ImageAsync(await LayerAsync("one"), "app");
        await LayerAsync("loose");
        Dictionary<string, StoreUsage> usage = (await Store.GetUsageAsync(Token)).Kinds.ToDictionary(kind => kind.Kind);
        Assert.Equal((1, 0), (usage["Images"].Count, usage["Images"].Reclaimable));
        Assert.Equal((2, 1), (usage["Layers"].Count, usage["Layers"].Active));
        Assert.Equal(1, usage["Unreferenced"].Count);
        Assert.True(usage["Unreferenced"].Reclaimable > 1024);
    }

    private Task<Layer> LayerAsync(string content) => _store.WriteAsync([File("f")], _ => System.Text.Encoding.UTF8.GetBytes(content));

    private Task<StoredImage> ImageAsync(Layer layer, params string[] names)
    {
        var config = new ImageConfig { Os = "linux", Architecture = Platform.Host.Architecture, RootFs = new RootFileSystem { DiffIds = [layer.DiffId] } };
        return Store.PutImageAsync(config, [layer.TarDescriptor], [.. names.Select(ImageReference.Parse)], Token);
    }

    private void Backdate(params Layer[] layers)
    {
        foreach (Layer layer in layers)
        {
            System.IO.File.SetLastWriteTimeUtc(Store.Blobs.PathOf(layer.DiffId), DateTime.UtcNow.AddHours(-1));
            System.IO.Directory.SetLastWriteTimeUtc(Path.Combine(_store.Root, "layers-v1", layer.DiffId.Hex), DateTime.UtcNow.AddHours(-1));
        }
    }
}
