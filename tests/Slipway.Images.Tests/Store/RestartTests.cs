using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.Images.Store;
using static Slipway.Images.Tests.Entries;

namespace Slipway.Images.Tests.Store;

/// <summary>A machine that stopped without warning keeps names whose bytes it lost; the first to open the store afterwards notices.</summary>
public sealed class RestartTests : IDisposable
{
    private readonly TemporaryStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_tree_that_lost_its_bytes_is_unpacked_again()
    {
        (Layer layer, string tree) = await FillAsync();
        await System.IO.File.WriteAllBytesAsync(Path.Combine(tree, "f"), [], Token);
        using ImageStore after = Restart();
        Assert.Equal("damaged-layer", Assert.Single(after.Lost).Code);
        Assert.Equal("f", await System.IO.File.ReadAllTextAsync(Path.Combine(await after.Layers.GetTreeAsync(layer.DiffId, Token), "f"), Token));
    }

    [Fact]
    public async Task A_tar_that_lost_its_bytes_is_made_again_from_the_tree()
    {
        (Layer layer, _) = await FillAsync();
        await System.IO.File.WriteAllBytesAsync(_store.Store.Blobs.PathOf(layer.DiffId), [], Token);
        using ImageStore after = Restart();
        Assert.Equal("damaged-blob", Assert.Single(after.Lost).Code);
        await using Stream tar = await after.Layers.OpenTarAsync(layer.DiffId, Token);
        Assert.Equal(layer.DiffId, await Foundation.Hashing.Digest.OfAsync(tar, Token));
    }

    [Fact]
    public async Task Without_a_restart_nothing_is_read_and_after_one_only_once()
    {
        (_, string tree) = await FillAsync();
        await System.IO.File.WriteAllBytesAsync(Path.Combine(tree, "f"), [], Token);
        ImageStore.Open(_store.Root).Dispose();
        Assert.True(System.IO.Directory.Exists(tree));
        ImageStore later = Restart();
        later.Dispose();
        Assert.False(System.IO.Directory.Exists(tree));
        using ImageStore again = ImageStore.Open(_store.Root);
        Assert.Empty(again.Lost);
    }

    [Fact]
    public async Task An_image_whose_layer_is_lost_is_named()
    {
        (Layer layer, string tree) = await FillAsync();
        await System.IO.File.WriteAllBytesAsync(_store.Store.Blobs.PathOf(layer.DiffId), [], Token);
        await System.IO.File.WriteAllBytesAsync(Path.Combine(tree, "f"), [], Token);
        using ImageStore after = Restart();
        Assert.Contains(after.Lost, lost => lost.Code == "damaged-image" && lost.Message.Contains("app:latest", StringComparison.Ordinal));
        Assert.Empty(await after.ListAsync(Platform.Host, Token));
    }

    private async Task<(Layer, string)> FillAsync()
    {
        Command.RequireRoot();
        Layer layer = await _store.WriteAsync([File("f")], OwnPath);
        string tree = await _store.Layers.GetTreeAsync(layer.DiffId, Token);
        var config = new ImageConfig { Os = "linux", Architecture = Platform.Host.Architecture, RootFs = new RootFileSystem { DiffIds = [layer.DiffId] } };
        await _store.Store.PutImageAsync(config, [layer.TarDescriptor], [ImageReference.Parse("app")], Token);
        return (layer, tree);
    }

    private ImageStore Restart()
    {
        System.IO.File.WriteAllText(Path.Combine(_store.Root, "boot-v1"), "11111111-2222-3333-4444-555555555555");
        return ImageStore.Open(_store.Root);
    }
}
