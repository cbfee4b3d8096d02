using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.Images.Store;
using static Slipway.Images.Tests.Entries;

namespace Slipway.Images.Tests.Store;

public sealed class ImageStoreTests : IDisposable
{
    private readonly TemporaryStore _store = new();

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private ImageStore Store => _store.Store;

    public void Dispose() => _store.Dispose();

    [Fact]
    public async Task An_image_is_found_by_name_by_id_and_by_the_beginning_of_an_id()
    {
        StoredImage image = await PutAsync("one", "team/app:1.0");
        foreach (string name in (string[])["team/app:1.0", "docker.io/team/app:1.0", image.Id.ToString(), image.Id.Hex, image.Id.Short, image.Target.Digest.ToString(), $"team/app@{image.Target.Digest}"])
        {
            Assert.Equal(image.Id, (await Store.ResolveAsync(name, Platform.Host, Token))?.Id);
        }

        Assert.Null(await Store.ResolveAsync("team/app:2.0", Platform.Host, Token));
        Assert.Null(await Store.ResolveAsync("", Platform.Host, Token));
    }

    [Fact]
    public async Task A_beginning_that_fits_several_ids_is_a_diagnostic()
    {
        for (int i = 0; i < 17; i++)
        {
            await PutAsync($"image {i}");
        }

        IReadOnlyList<StoredImage> images = await Store.ListAsync(Platform.Host, Token);
        string shared = images.GroupBy(image => image.Id.Hex[..1]).First(group => group.Count() > 1).Key;
        await Assert.ThrowsAsync<DiagnosticException>(() => Store.ResolveAsync(shared, Platform.Host, Token));
    }

    [Fact]
    public async Task A_name_moves_to_the_newer_image_and_the_older_stays_without_one()
    {
        StoredImage older = await PutAsync("one", "app"), newer = await PutAsync("two", "app");
        IReadOnlyList<StoredImage> images = await Store.ListAsync(Platform.Host, Token);
        Assert.Equal([newer.Id, older.Id], images.OrderByDescending(image => image.Names.Count).Select(image => image.Id));
        Assert.Equal("app:latest", Assert.Single(images.Single(image => image.Id == newer.Id).Names).Familiar);
        Assert.Empty(images.Single(image => image.Id == older.Id).Names);
    }

    [Fact]
    public async Task Untagging_the_last_name_removes_the_image_and_another_name_keeps_it()
    {
        StoredImage image = await PutAsync("one", "app:a", "app:b");
        Assert.True(await Store.UntagAsync(ImageReference.Parse("app:a"), Token));
        Assert.Equal(image.Id, Assert.Single(await Store.ListAsync(Platform.Host, Token)).Id);
        Assert.True(await Store.UntagAsync(ImageReference.Parse("app:b"), Token));
        Assert.Empty(await Store.ListAsync(Platform.Host, Token));
        Assert.False(await Store.UntagAsync(ImageReference.Parse("app:b"), Token));
    }

    [Fact]
    public async Task Many_tags_at_once_from_two_stores_are_all_kept()
    {
        StoredImage image = await PutAsync("one");
        using ImageStore other = ImageStore.Open(_store.Root);
        await Parallel.ForAsync(0, 40, Token, async (i, token) =>
            await (i % 2 == 0 ? Store : other).TagAsync(ImageReference.Parse($"app:{i}"), image.Target, token));
        Assert.Equal(40, Assert.Single(await Store.ListAsync(Platform.Host, Token)).Names.Count);
    }

    [Fact]
    public async Task The_same_image_has_the_same_digest_in_another_store()
    {
        using var other = new TemporaryStore();
        StoredImage here = await PutAsync("one"), there = await PutAsync("one", other);
        Assert.Equal(here.Target.Digest, there.Target.Digest);
    }

    [Fact]
    public async Task Skopeo_and_umoci_read_the_store_as_it_stands()
    {
        Command.Require("skopeo");
        Command.Require("umoci");
        StoredImage image = await PutAsync("one", "team/app:1.0");
        string inspected = await Command.RunAsync("skopeo", "inspect", $"oci:{_store.Root}:team/app:1.0");
        Assert.Contains(image.Target.Digest.ToString(), inspected, StringComparison.Ordinal);
        Assert.Contains(image.Manifest.Layers[0].Digest.ToString(), inspected, StringComparison.Ordinal);
        string copy = _store.PathOf("copy");
        await Command.RunAsync("skopeo", "copy", "-q", $"oci:{_store.Root}:team/app:1.0", $"dir:{copy}");
        await Command.RunAsync("umoci", "ls", "--layout", _store.Root);
    }

    [Fact]
    public async Task A_tar_that_only_the_tree_holds_is_written_with_the_image()
    {
        Command.RequireRoot();
        Layer layer = await _store.WriteAsync([File("f")], OwnPath);
        await Store.Layers.GetTreeAsync(layer.DiffId, Token);
        System.IO.File.Delete(Store.Blobs.PathOf(layer.DiffId));
        await PutAsync(layer, Store);
        Assert.Equal(layer.TarSize, Store.Blobs.SizeOf(layer.DiffId));
    }

    [Fact]
    public async Task A_blob_with_a_wrong_digest_or_size_is_not_stored()
    {
        byte[] content = "hello"u8.ToArray();
        Digest digest = Digest.Of(content);
        foreach (Descriptor wrong in (Descriptor[])[new("x", Digest.Of("other"), 5), new("x", digest, 4), new("x", digest, 6)])
        {
            await Assert.ThrowsAsync<InvalidDataException>(() => Store.Blobs.PutAsync(new MemoryStream(content), wrong, Token));
        }

        Assert.False(Store.Blobs.Exists(digest));
        await Store.Blobs.PutAsync(new MemoryStream(content), new Descriptor("x", digest, 5), Token);
        Assert.Equal(content, await Store.Blobs.ReadAsync(digest, Token));
    }

    [Fact]
    public async Task A_missing_blob_is_fetched_from_its_origin_when_its_layer_is_needed()
    {
        Layer layer = await _store.WriteAsync([File("f")], OwnPath);
        Descriptor gzip = await Store.Layers.GetBlobAsync(layer.DiffId, CompressionKind.Gzip, Token);
        using var other = new TemporaryStore();
        await other.Layers.AddBlobAsync(layer.DiffId, gzip, "registry.example/app", Token);
        other.Store.Blobs.Fetcher = (blob, origin, _) => Task.FromResult(origin == "registry.example/app" ? Store.Blobs.OpenRead(blob.Digest) : Stream.Null);
        Assert.False(other.Layers.Exists(layer.DiffId));
        Assert.True(other.Layers.IsKnown(layer.DiffId));
        Assert.Equal(["f"], (await other.Layers.GetIndexAsync(layer.DiffId, Token)).Entries.Select(entry => entry.Path));
        Assert.Equal(gzip, await other.Layers.GetBlobAsync(layer.DiffId, CompressionKind.Gzip, Token));
        Assert.Equal(layer.TarDescriptor, await other.Layers.GetBlobAsync(layer.DiffId, CompressionKind.None, Token));
    }

    [Fact]
    public async Task A_tar_of_unknown_digest_becomes_a_layer()
    {
        Layer layer = await _store.WriteAsync([File("f")], OwnPath);
        Descriptor zstd = await Store.Layers.GetBlobAsync(layer.DiffId, CompressionKind.Zstd, Token);
        using var other = new TemporaryStore();
        Layer added = await other.Layers.AddTarAsync(Store.Blobs.OpenRead(zstd.Digest), Token);
        Assert.Equal(layer.DiffId, added.DiffId);
        Assert.Equal(layer.TarSize, other.Store.Blobs.SizeOf(layer.DiffId));
    }

    [Fact]
    public async Task Twenty_askers_for_a_tree_get_one_tree()
    {
        Layer layer = await _store.WriteAsync([.. Enumerable.Range(0, 200).Select(i => File($"f{i}"))], OwnPath);
        using ImageStore other = ImageStore.Open(_store.Root);
        string[] trees = await Task.WhenAll(Enumerable.Range(0, 20).Select(i => (i % 2 == 0 ? Store : other).Layers.GetTreeAsync(layer.DiffId, Token)));
        Assert.Single(trees.Distinct());
        Assert.Equal(200, System.IO.Directory.GetFiles(trees[0]).Length);
    }

    [Fact]
    public async Task A_damaged_list_of_entries_is_made_again()
    {
        Layer layer = await _store.WriteAsync([File("f")], OwnPath);
        string entries = Path.Combine(_store.Root, "layers-v1", layer.DiffId.Hex, "entries");
        await System.IO.File.WriteAllBytesAsync(entries, new byte[100], Token);
        using ImageStore other = ImageStore.Open(_store.Root);
        Assert.Equal(["f"], (await other.Layers.GetIndexAsync(layer.DiffId, Token)).Entries.Select(entry => entry.Path));
    }

    private Task<StoredImage> PutAsync(string content, params string[] names) => PutAsync(content, _store, names);

    private static async Task<StoredImage> PutAsync(string content, TemporaryStore store, params string[] names)
    {
        Layer layer = await store.WriteAsync([Directory("d"), File("d/f")], _ => System.Text.Encoding.UTF8.GetBytes(content));
        return await PutAsync(layer, store.Store, names);
    }

    private static Task<StoredImage> PutAsync(Layer layer, ImageStore store, params string[] names)
    {
        var config = new ImageConfig
        {
            Os = "linux",
            Architecture = Platform.Host.Architecture,
            RootFs = new RootFileSystem { DiffIds = [layer.DiffId] },
        };
        return store.PutImageAsync(config, [layer.TarDescriptor], [.. names.Select(ImageReference.Parse)], Token);
    }
}
