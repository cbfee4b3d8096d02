using System.Text;
using Slipway.Foundation.Hashing;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.SharedCache;
using Slipway.Images.Store;
using Slipway.Testing;

namespace Slipway.Build.Tests.Cache;

/// <summary>Whatever is wrong in a shared cache, the image is right, a warning names it, and the next export mends it.</summary>
public sealed class DamagedCacheTests : IDisposable
{
    private const string First = "FROM busybox\nRUN echo right > /a", Second = First + "\nRUN cat /a > /b";
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("")]
    [InlineData("{\"schemaVersion\":2,")]
    [InlineData("{\"schemaVersion\":2,\"config\":{}}")]
    [InlineData("null")]
    [InlineData("other key")]
    [InlineData("other layer")]
    [InlineData("flipped byte")]
    public async Task A_damaged_entry_is_a_miss_with_a_warning_and_is_mended(string damage)
    {
        using Machine one = await Machine.NewAsync(), two = await Machine.NewAsync(), three = await Machine.NewAsync();
        await one.SendAsync(Folder, First);
        string entry = Assert.Single(Entries), before = await File.ReadAllTextAsync(entry, Token);
        await File.WriteAllTextAsync(entry, Damaged(before, damage), Token);

        StoredImage image = await two.BothAsync(Folder, Second);
        Assert.Equal("right\n", await two.Store.ReadAsync(image, "b"));
        Assert.Contains(Path.GetFileName(entry)[..12], Assert.Single(two.Warnings), StringComparison.Ordinal);
        await three.TakeAsync(Folder, Second);
        Assert.Empty(three.Done);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_damaged_layer_is_made_again_and_mended(bool truncated)
    {
        using Machine one = await Machine.NewAsync(), two = await Machine.NewAsync(), three = await Machine.NewAsync();
        await one.SendAsync(Folder, First);
        string blob = Assert.Single(Directory.GetFiles(_folder["cache/blobs/sha256"]));
        byte[] bytes = await File.ReadAllBytesAsync(blob, Token);
        bytes[bytes.Length / 2] ^= 1;
        await File.WriteAllBytesAsync(blob, truncated ? bytes[..^5] : bytes, Token);

        StoredImage image = await two.BothAsync(Folder, Second);
        Assert.Equal("right\n", await two.Store.ReadAsync(image, "b"));
        Assert.Contains(two.Warnings, w => w.Contains("made here", StringComparison.Ordinal));
        Assert.Equal("right\n", await three.Store.ReadAsync(await three.TakeAsync(Folder, Second), "a"));
        Assert.Empty(three.Warnings);
    }

    [Fact]
    public async Task A_layer_that_is_gone_is_made_again()
    {
        using Machine one = await Machine.NewAsync(), two = await Machine.NewAsync();
        await one.SendAsync(Folder, First);
        File.Delete(Assert.Single(Directory.GetFiles(_folder["cache/blobs/sha256"])));
        Assert.Equal("right\n", await two.Store.ReadAsync(await two.TakeAsync(Folder, Second), "b"));
    }

    [Fact]
    public async Task A_whole_blob_that_holds_another_layer_than_its_entry_says_is_never_used()
    {
        using Machine one = await Machine.NewAsync(), two = await Machine.NewAsync();
        await one.SendAsync(Folder, First);
        string entry = Assert.Single(Entries);
        var key = Digest.Parse("sha256:" + Path.GetFileNameWithoutExtension(entry));
        CacheLayer right = Assert.Single((await Folder.FindAsync(key, Token))!.Layers);
        byte[] poison = Encoding.ASCII.GetBytes("not the tar that was promised");
        var lie = new CacheEntry(key, [right with { Blob = new Descriptor(MediaTypes.OciLayerTar, Digest.Of(poison), poison.Length) }]);
        await Folder.PutAsync(lie, _ => () => new MemoryStream(poison), replace: true, null, Token);

        StoredImage image = await two.TakeAsync(Folder, Second);
        Assert.Equal("right\n", await two.Store.ReadAsync(image, "b"));
        Assert.NotEmpty(two.Warnings);
    }

    [Fact]
    public async Task A_compressed_blob_that_holds_another_layer_does_not_go_on_to_a_registry()
    {
        using Machine one = await Machine.NewAsync(), two = await Machine.NewAsync();
        await one.SendAsync(Folder, First);
        var key = Digest.Parse("sha256:" + Path.GetFileNameWithoutExtension(Assert.Single(Entries)));
        CacheLayer right = Assert.Single((await Folder.FindAsync(key, Token))!.Layers);
        using var poison = new MemoryStream();
        await Compressor.CompressAsync(new MemoryStream("another tar"u8.ToArray()), poison, CompressionKind.Zstd, 1, Token);
        var blob = new Descriptor(MediaTypes.OciLayerZstd, Digest.Of(poison.ToArray()), poison.Length);
        await Folder.PutAsync(new CacheEntry(key, [right with { Blob = blob }]), _ => () => new MemoryStream(poison.ToArray()), replace: true, null, Token);

        await two.TakeAsync(Folder, First);
        await Assert.ThrowsAsync<InvalidDataException>(() => two.Store.Images.Layers.GetBlobAsync(right.DiffId, CompressionKind.Zstd, Token));
        Assert.False(two.Store.Images.Blobs.Exists(blob.Digest));
        Assert.Equal("right\n", await two.Store.ReadAsync(await two.BuildAsync(Second, [], new()), "b"));
    }

    [Fact]
    public async Task A_cache_that_vanished_after_a_build_does_not_stop_the_next()
    {
        using Machine one = await Machine.NewAsync(), two = await Machine.NewAsync();
        await one.SendAsync(Folder, First);
        await two.TakeAsync(Folder, First);
        Directory.Delete(_folder["cache"], recursive: true);
        Assert.Equal("right\n", await two.Store.ReadAsync(await two.BuildAsync(Second, [], new()), "b"));
    }

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    private FolderCache Folder => new(_folder["cache"]);

    private string[] Entries => Directory.GetFiles(_folder["cache/slipway-cache-v1"]);

    private static string Damaged(string entry, string damage) => damage switch
    {
        "other key" => entry.Replace("cache.key\":\"sha256:", "cache.key\":\"sha256:0", StringComparison.Ordinal).Replace("\",\"dev.slipway.cache.digest", "0\",\"x", StringComparison.Ordinal),
        "other layer" => entry.Replace("layer.diffid\":\"sha256:", "layer.diffid\":\"" + Digest.Of("other") + "\",\"was\":\"", StringComparison.Ordinal),
        "flipped byte" => entry.Replace("\"size\":", "\"size\":1", StringComparison.Ordinal),
        _ => damage,
    };
}
