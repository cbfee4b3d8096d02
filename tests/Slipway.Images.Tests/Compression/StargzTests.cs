using System.Globalization;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Http;
using Slipway.Images.Compression;
using Slipway.Images.Export;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;
using Slipway.Testing.Registry;

namespace Slipway.Images.Tests.Compression;

/// <summary>eStargz as the format's own document describes it, read here without the code that wrote it.</summary>
public sealed class StargzTests : IDisposable
{
    private const int Length = 9_000_000;
    private readonly SampleStore _here = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public void Dispose() => _here.Dispose();

    [Fact]
    public async Task The_footer_leads_to_the_table_and_the_table_to_every_chunk()
    {
        (FormedLayer layer, byte[] blob) = await MakeAsync();
        byte[] footer = blob[^51..];
        Assert.Equal("STARGZ", Encoding.ASCII.GetString(footer[32..38]));
        int tocAt = int.Parse(Encoding.ASCII.GetString(footer[16..32]), NumberStyles.HexNumber, CultureInfo.InvariantCulture);

        byte[] member = Expand(blob[tocAt..]);
        Assert.Equal("stargz.index.json", Encoding.ASCII.GetString(member[..17]));
        int size = Convert.ToInt32(Encoding.ASCII.GetString(member[124..135]), 8);
        byte[] toc = member[512..(512 + size)];
        Assert.Equal(layer.Blob.Annotations["containerd.io/snapshot/stargz/toc.digest"], Digest.Of(toc).ToString());

        using JsonDocument document = JsonDocument.Parse(toc);
        JsonElement[] entries = [.. document.RootElement.GetProperty("entries").EnumerateArray()];
        Assert.Equal(["dir", "reg", "chunk", "chunk"], entries.Select(entry => entry.GetProperty("type").GetString()!));
        Assert.Equal("data/", entries[0].GetProperty("name").GetString());
        var file = new MemoryStream();
        foreach (JsonElement chunk in entries[1..])
        {
            long at = chunk.GetProperty("offset").GetInt64();
            long length = chunk.TryGetProperty("chunkSize", out JsonElement given) ? given.GetInt64() : Length - file.Length;
            byte[] bytes = Expand(blob[(int)at..])[..(int)length];
            Assert.Equal(chunk.GetProperty("chunkDigest").GetString(), Digest.Of(bytes).ToString());
            file.Write(bytes);
        }

        Assert.Equal(entries[1].GetProperty("digest").GetString(), Digest.Of(file.ToArray()).ToString());
    }

    [Fact]
    public async Task It_is_a_gzipped_tar_with_one_more_file_for_everybody_else()
    {
        Command.Require("tar");
        (FormedLayer layer, byte[] blob) = await MakeAsync();
        byte[] tar = Expand(blob);
        Assert.Equal(layer.DiffId, Digest.Of(tar));
        Assert.Equal(layer.Blob.Annotations["io.containers.estargz.uncompressed-size"], tar.Length.ToString(CultureInfo.InvariantCulture));
        string path = Path.GetTempFileName();
        await File.WriteAllBytesAsync(path, blob, None);
        string listed = await Command.RunAsync("sh", "-c", $"tar -tzf {path}");
        Assert.Equal("data/\ndata/large\nstargz.index.json\n", listed);
        File.Delete(path);
    }

    [Fact]
    public async Task The_same_layer_gives_the_same_bytes_and_is_made_once()
    {
        (FormedLayer one, _) = await MakeAsync();
        (FormedLayer again, _) = await MakeAsync();
        using var other = new SampleStore();
        StoredImage image = await other.PutLargeAsync("example.org/a:1", Length);
        FormedLayer there = await other.Store.Layers.GetFormAsync(image.Config.DiffIds[0], CompressionKind.Estargz, None);
        Assert.Equal(one.Blob.Digest, again.Blob.Digest);
        Assert.Equal(one.Blob.Digest, there.Blob.Digest);
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task An_image_is_pushed_and_pulled_as_estargz(bool force)
    {
        using var registry = new InMemoryRegistry();
        using var registries = new Registries(new RegistryOptions { Http = new HttpPolicyOptions { BaseDelay = TimeSpan.FromMilliseconds(1) } }, TimeProvider.System);
        using var there = new SampleStore();
        ImageReference name = ImageReference.Parse($"{registry.Host}/astro/nebula:1");
        StoredImage image = await _here.PutAsync(name.ToString(), "a", "b");
        var form = new ImageForm { Compression = CompressionKind.Estargz, Force = force };
        Descriptor pushed = await new ImagePusher(registries, _here.Store).PushAsync(image, name, form, null, None);
        await new ImagePuller(registries, there.Store).PullAsync(name, Platform.Host, null, None);
        StoredImage pulled = (await there.FindAsync(name.ToString()))!;
        Assert.Equal(pushed.Digest, pulled.ManifestDescriptor.Digest);
        Assert.All(pulled.Manifest.Layers, layer => Assert.Contains("containerd.io/snapshot/stargz/toc.digest", layer.Annotations.Keys));
        await there.VerifyAsync(pulled);
    }

    [Fact]
    public async Task Another_level_makes_another_blob_and_each_is_kept()
    {
        StoredImage image = await _here.PutLargeAsync("example.org/a:1", Length);
        LayerStore layers = _here.Store.Layers;
        Digest diffId = image.Config.DiffIds[0];
        Descriptor usual = await layers.GetBlobAsync(diffId, CompressionKind.Gzip, None);
        Descriptor hard = await layers.GetBlobAsync(diffId, new LayerCompression(CompressionKind.Gzip, 9), None);
        Descriptor zstd = await layers.GetBlobAsync(diffId, new LayerCompression(CompressionKind.Zstd, 12), None);
        Assert.Equal(3, new[] { usual.Digest, hard.Digest, zstd.Digest }.Distinct().Count());
        Assert.Equal(usual, await layers.GetBlobAsync(diffId, new LayerCompression(CompressionKind.Gzip, 3), None));
        Assert.Equal(hard, await layers.GetBlobAsync(diffId, new LayerCompression(CompressionKind.Gzip, 9), None));
    }

    private async Task<(FormedLayer Layer, byte[] Blob)> MakeAsync()
    {
        StoredImage image = await _here.PutLargeAsync("example.org/a:1", Length);
        FormedLayer layer = await _here.Store.Layers.GetFormAsync(image.Config.DiffIds[0], CompressionKind.Estargz, None);
        return (layer, await File.ReadAllBytesAsync(_here.Store.Blobs.PathOf(layer.Blob.Digest), None));
    }

    private static byte[] Expand(byte[] gzip)
    {
        var plain = new MemoryStream();
        using var stream = new GZipStream(new MemoryStream(gzip), CompressionMode.Decompress);
        stream.CopyTo(plain);
        return plain.ToArray();
    }
}
