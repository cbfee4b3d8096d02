using Slipway.Foundation.Hashing;
using Slipway.Images.Compression;
using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.Images.Store;
using Slipway.Images.Store.Checking;
using static Slipway.Images.Tests.Entries;

namespace Slipway.Images.Tests.Store;

/// <summary>Whatever is changed in a store is found, and after a repair the store is whole again.</summary>
public sealed class StoreCheckTests : IDisposable
{
    private readonly TemporaryStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task A_store_with_all_forms_of_layers_is_whole()
    {
        await FillAsync();
        Assert.Empty(await CheckAsync());
    }

    [Theory]
    [InlineData("tar", "damaged-blob")]
    [InlineData("gzip", "damaged-blob")]
    [InlineData("manifest", "damaged-blob damaged-image")]
    [InlineData("config", "damaged-blob damaged-image")]
    [InlineData("entries", "damaged-layer")]
    [InlineData("blobs", "damaged-layer")]
    [InlineData("tree content", "damaged-layer")]
    [InlineData("tree mode", "damaged-layer")]
    [InlineData("tree extra", "damaged-layer")]
    [InlineData("tree missing", "damaged-layer")]
    [InlineData("tree link", "damaged-layer")]
    [InlineData("key", "damaged-key")]
    [InlineData("key of another", "damaged-key")]
    [InlineData("key to nothing", "damaged-key")]
    [InlineData("strange blob", "leftover")]
    [InlineData("abandoned folder", "leftover")]
    public async Task What_is_changed_is_found_and_repaired(string what, string codes)
    {
        (StoredImage image, Layer layer) = await FillAsync();
        await ChangeAsync(what, image, layer);
        Assert.Equal(codes, string.Join(' ', (await CheckAsync()).Select(problem => problem.Code)));
        await _store.Store.CheckAsync(repair: true, null, Token);
        Assert.Empty(await CheckAsync());
        if (!codes.Contains("image", StringComparison.Ordinal))
        {
            using ImageStore again = ImageStore.Open(_store.Root);
            string tree = await again.Layers.GetTreeAsync(layer.DiffId, Token);
            Assert.Equal("d/f", await System.IO.File.ReadAllTextAsync(Path.Combine(tree, "d/f"), Token));
        }
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_changed_tree_of_a_foreign_layer_is_found_by_its_tar(bool sameSize)
    {
        Command.RequireRoot();
        (_, Layer layer) = await FillAsync();
        await using Stream tar = _store.Store.Blobs.OpenRead(layer.DiffId);
        using var other = new TemporaryStore();
        Layer foreign = await other.Layers.AddTarAsync(tar, Token);
        string tree = await other.Layers.GetTreeAsync(foreign.DiffId, Token);
        Assert.Empty(await other.Store.CheckAsync(repair: false, null, Token));
        await System.IO.File.WriteAllTextAsync(Path.Combine(tree, "d/f"), sameSize ? "x/x" : "xx", Token);
        Assert.Equal("damaged-layer", Assert.Single(await other.Store.CheckAsync(repair: false, null, Token)).Code);
    }

    [Fact]
    public async Task An_image_whose_layers_can_be_fetched_is_whole_and_one_whose_layers_are_gone_is_not()
    {
        (StoredImage image, Layer layer) = await FillAsync();
        Descriptor gzip = await _store.Layers.GetBlobAsync(layer.DiffId, CompressionKind.Gzip, Token);
        using var other = new TemporaryStore();
        await other.Layers.AddBlobAsync(layer.DiffId, gzip, "registry.example/app", Token);
        foreach (Digest blob in (Digest[])[image.Target.Digest, image.Id])
        {
            System.IO.File.Copy(_store.Store.Blobs.PathOf(blob), other.Store.Blobs.PathOf(blob));
        }

        await other.Store.TagAsync(ImageReference.Parse("app"), image.Target, Token);
        Assert.Empty(await other.Store.CheckAsync(repair: false, null, Token));
        System.IO.File.Delete(Path.Combine(other.Root, "layers-v1", layer.DiffId.Hex, "blobs.json"));
        Assert.Contains("app:latest", Assert.Single(await other.Store.CheckAsync(repair: true, null, Token)).Message, StringComparison.Ordinal);
        Assert.Empty(await other.Store.ListAsync(Platform.Host, Token));
    }

    [Fact]
    public async Task Looking_is_not_using()
    {
        (StoredImage image, _) = await FillAsync();
        string manifest = _store.Store.Blobs.PathOf(image.Target.Digest);
        DateTime before = DateTime.UtcNow.AddDays(-2);
        System.IO.File.SetLastWriteTimeUtc(manifest, before);
        using ImageStore other = ImageStore.Open(_store.Root);
        await other.CheckAsync(repair: false, null, Token);
        Assert.Equal(before, System.IO.File.GetLastWriteTimeUtc(manifest));
    }

    private async Task<(StoredImage, Layer)> FillAsync()
    {
        Command.RequireRoot();
        Layer layer = await _store.WriteAsync([Directory("d"), File("d/f"), File("g"), Link("l", "g"), Whiteout("gone")], OwnPath);
        await _store.Layers.GetBlobAsync(layer.DiffId, CompressionKind.Gzip, Token);
        await _store.Layers.GetTreeAsync(layer.DiffId, Token);
        var config = new ImageConfig { Os = "linux", Architecture = Platform.Host.Architecture, RootFs = new RootFileSystem { DiffIds = [layer.DiffId] } };
        StoredImage image = await _store.Store.PutImageAsync(config, [layer.TarDescriptor], [ImageReference.Parse("app")], Token);
        KeyBuilder key = new KeyBuilder().Add("a", "b");
        await _store.Store.Keys.PutAsync(key.ToDigest(), new KeyRecord { Operation = "RUN x", Parts = key.Parts, Layers = [layer.DiffId] }, Token);
        return (image, layer);
    }

    private async Task ChangeAsync(string what, StoredImage image, Layer layer)
    {
        string folder = Path.Combine(_store.Root, "layers-v1", layer.DiffId.Hex), tree = Path.Combine(folder, "tree");
        BlobStore blobs = _store.Store.Blobs;
        KeyBuilder other = new KeyBuilder().Add("other", "key");
        switch (what)
        {
            case "tar":
                Damage(blobs.PathOf(layer.DiffId));
                break;
            case "gzip":
                Damage(blobs.PathOf((await _store.Layers.GetBlobAsync(layer.DiffId, CompressionKind.Gzip, Token)).Digest));
                break;
            case "manifest":
                Damage(blobs.PathOf(image.Target.Digest));
                break;
            case "config":
                Damage(blobs.PathOf(image.Id));
                break;
            case "entries":
                Damage(Path.Combine(folder, "entries"));
                break;
            case "blobs":
                await System.IO.File.WriteAllTextAsync(Path.Combine(folder, "blobs.json"), "{\"blobs\":[", Token);
                break;
            case "tree content":
                await System.IO.File.WriteAllTextAsync(Path.Combine(tree, "d/f"), "x/x", Token);
                break;
            case "tree mode":
                System.IO.File.SetUnixFileMode(Path.Combine(tree, "g"), UnixFileMode.UserRead);
                break;
            case "tree extra":
                await System.IO.File.WriteAllTextAsync(Path.Combine(tree, "d/new"), "", Token);
                break;
            case "tree missing":
                System.IO.File.Delete(Path.Combine(tree, "gone"));
                break;
            case "tree link":
                System.IO.File.Delete(Path.Combine(tree, "l"));
                System.IO.File.CreateSymbolicLink(Path.Combine(tree, "l"), "d");
                break;
            case "key":
                await System.IO.File.WriteAllTextAsync(KeyFile(new KeyBuilder().Add("a", "b")), "{", Token);
                break;
            case "key of another":
                await _store.Store.Keys.PutAsync(other.ToDigest(), new KeyRecord { Operation = "x", Parts = [new KeyPart("not", "it")], Layers = [layer.DiffId] }, Token);
                break;
            case "key to nothing":
                await _store.Store.Keys.PutAsync(other.ToDigest(), new KeyRecord { Operation = "x", Parts = other.Parts, Layers = [Digest.Of("nothing")] }, Token);
                break;
            case "strange blob":
                await System.IO.File.WriteAllTextAsync(Path.Combine(_store.Root, "blobs/sha256/.hello.tmp"), "", Token);
                break;
            default:
                System.IO.Directory.CreateDirectory(Path.Combine(_store.Root, "tmp-v1", "1-abandoned"));
                break;
        }
    }

    private string KeyFile(KeyBuilder key) => Path.Combine(_store.Root, "keys-v1", key.ToDigest().Hex[..2], key.ToDigest().Hex + ".json");

    private Task<IReadOnlyList<StoreProblem>> CheckAsync() => _store.Store.CheckAsync(repair: false, null, Token);

    private static void Damage(string path)
    {
        byte[] bytes = System.IO.File.ReadAllBytes(path);
        bytes[bytes.Length / 2] ^= 1;
        System.IO.File.WriteAllBytes(path, bytes);
    }
}
