using Slipway.Foundation.Hashing;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;
using Slipway.Testing.Registry;

namespace Slipway.Images.Tests.Registry;

/// <summary>New layers go on their way while they are compressed; what breaks goes on where it was.</summary>
public sealed class UploadTests : IDisposable
{
    private const int Length = 12_000_000;

    private readonly InMemoryRegistry _registry = new();
    private readonly SampleStore _here = new(), _there = new();
    private readonly Registries _registries = new(
        new RegistryOptions { Http = new HttpPolicyOptions { BaseDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) } }, TimeProvider.System);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    private string Name => $"{_registry.Host}/astro/nebula:1";

    public void Dispose()
    {
        _registries.Dispose();
        _here.Dispose();
        _there.Dispose();
        _registry.Dispose();
    }

    [Fact]
    public async Task A_large_new_layer_is_sent_while_it_is_compressed_and_kept()
    {
        (StoredImage image, Descriptor layer) = await PushAsync();
        Assert.Single(_registry.Requests, request => request.StartsWith("PATCH", StringComparison.Ordinal));
        Assert.DoesNotContain(_registry.Requests, request => request.Contains($"HEAD /v2/astro/nebula/blobs/{layer.Digest}", StringComparison.Ordinal));
        Assert.True(_here.Store.Blobs.Exists(layer.Digest));
        Assert.True(_here.Store.Layers.HasBlob(image.Config.DiffIds[0], CompressionKind.Gzip));
    }

    [Fact]
    public async Task A_layer_that_was_compressed_before_is_looked_for_and_not_sent_again()
    {
        (_, Descriptor layer) = await PushAsync();
        int before = _registry.Requests.Length;
        await PushAsync();
        Assert.Contains($"HEAD /v2/astro/nebula/blobs/{layer.Digest}", _registry.Requests[before..]);
        Assert.DoesNotContain(_registry.Requests[before..], request => request.StartsWith("POST", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(300_000)]
    [InlineData(3_000_000)]
    public async Task A_broken_stream_goes_on_where_it_was(int after)
    {
        _registry.Break(new RegistryFault(FaultKind.Disconnect, "PATCH", 1) { After = after });
        (_, Descriptor layer) = await PushAsync();
        long[] received = [.. _registry.Received.Where(part => part.Method == "PATCH").Select(part => part.Bytes)];
        Assert.Equal(after > 1 ? [after, layer.Size - after] : [after, layer.Size], received); // of one byte a registry cannot tell
    }

    [Fact]
    public async Task A_stream_that_breaks_again_and_again_arrives()
    {
        _registry.Break(new RegistryFault(FaultKind.Disconnect, "PATCH", 12) { After = 100_000 });
        await PushAsync();
    }

    [Fact]
    public async Task A_registry_that_forgets_broken_sessions_gets_all_anew()
    {
        _registry.KeepsSessions = false;
        _registry.Break(new RegistryFault(FaultKind.Disconnect, "PATCH", 1) { After = 300_000 });
        await PushAsync();
        Assert.Equal(2, _registry.Requests.Count(request => request.StartsWith("POST", StringComparison.Ordinal) && request.EndsWith("uploads/", StringComparison.Ordinal)) - 1);
    }

    [Fact]
    public async Task A_registry_that_takes_no_parts_gets_the_whole()
    {
        _registry.TakesParts = false;
        (_, Descriptor layer) = await PushAsync();
        Assert.Contains(("PUT", layer.Size), _registry.Received);
    }

    [Fact]
    public async Task A_broken_upload_of_a_known_blob_goes_on_where_it_was()
    {
        StoredImage image = await _here.PutLargeAsync(Name, Length);
        Descriptor blob = await _here.Store.Layers.GetBlobAsync(image.Config.DiffIds[0], CompressionKind.Gzip, None);
        _registry.Break(new RegistryFault(FaultKind.Disconnect, $"digest=sha256%3A{blob.Digest.Hex}", 1) { After = 200_000 });
        await PushAsync();
        Assert.Contains(("PATCH", blob.Size - 200_000), _registry.Received);
    }

    [Theory]
    [InlineData("POST")]
    [InlineData("PATCH")]
    [InlineData("PUT /v2/astro/nebula/blobs")]
    [InlineData("PUT /v2/astro/nebula/manifests")]
    [InlineData("HEAD")]
    public async Task Passing_trouble_is_survived_at_every_step(string step)
    {
        _registry.Break(new RegistryFault(FaultKind.Status, step, 1) { Status = 500 });
        _registry.Break(new RegistryFault(FaultKind.Status, step, 1) { Status = 502 });
        _registry.Break(new RegistryFault(FaultKind.Status, step, 1) { Status = 429, RetryAfter = "0" });
        _registry.Break(new RegistryFault(FaultKind.Status, step, 1) { Status = 503, RetryAfter = "Thu, 01 Jan 2015 00:00:00 GMT" });
        await PushAsync();
    }

    [Fact]
    public async Task Bytes_that_change_on_their_way_are_sent_anew()
    {
        _registry.Break(new RegistryFault(FaultKind.Corrupt, "PATCH", 1));
        await PushAsync();
    }

    [Fact]
    public async Task Trouble_that_stays_is_a_diagnostic_and_no_manifest_arrives()
    {
        StoredImage image = await _here.PutLargeAsync(Name, Length);
        _registry.Break(new RegistryFault(FaultKind.Disconnect, "PATCH") { After = 0 });
        _registry.Break(new RegistryFault(FaultKind.Disconnect, "PUT") { After = 0 });
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => PushAsync(image));
        Assert.Contains(e.Diagnostics[0].Code, (string[])["registry-failed", "registry-busy"]);
        Assert.Null(_registry.Manifest("astro/nebula", "1"));
    }

    [Fact]
    public async Task A_refusal_ends_the_compression_too()
    {
        StoredImage image = await _here.PutLargeAsync(Name, Length);
        _registry.Break(new RegistryFault(FaultKind.Status, "POST") { Status = 403 });
        _registry.Break(new RegistryFault(FaultKind.Status, "PATCH") { Status = 403 });
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => PushAsync(image));
        Assert.Equal("unauthorized", e.Diagnostics[0].Code);
    }

    [Fact]
    public async Task A_layer_that_cannot_be_read_is_not_pushed()
    {
        StoredImage image = await _here.PutLargeAsync(Name, Length);
        string tar = _here.Store.Blobs.PathOf(image.Config.DiffIds[0]);
        Directory.CreateDirectory(tar + ".d");
        File.Delete(tar);
        await Assert.ThrowsAnyAsync<Exception>(() => PushAsync(image));
        Assert.Null(_registry.Manifest("astro/nebula", "1"));
    }

    [Fact]
    public async Task Progress_counts_the_bytes_of_a_layer_that_is_being_compressed()
    {
        StoredImage image = await _here.PutLargeAsync(Name, Length);
        var heard = new List<TransferProgress>();
        Descriptor pushed = await new ImagePusher(_registries, _here.Store).PushAsync(
            image, ImageReference.Parse(Name), CompressionKind.Gzip, new Listener(heard), None);
        TransferProgress[] layer = [.. heard.Where(progress => progress.Item == image.Config.DiffIds[0].Short)];
        Assert.Null(layer[0].Total);
        Assert.Equal(layer[^1].Total, layer[^1].Done);
        Assert.True(layer[^1].Done > 1_000_000);
        Assert.NotEqual(default, pushed.Digest);
    }

    private Task<Descriptor> PushAsync(StoredImage image) =>
        new ImagePusher(_registries, _here.Store).PushAsync(image, ImageReference.Parse(Name), CompressionKind.Gzip, null, None);

    private async Task<(StoredImage Image, Descriptor Layer)> PushAsync()
    {
        StoredImage image = await _here.PutLargeAsync(Name, Length);
        await PushAsync(image);
        await new ImagePuller(_registries, _there.Store).PullAsync(ImageReference.Parse(Name), Platform.Host, null, None);
        StoredImage pulled = (await _there.FindAsync(Name))!;
        await _there.VerifyAsync(pulled);
        Assert.Equal(Digest.Of(_registry.Manifest("astro/nebula", "1")!.Value.Bytes), pulled.ManifestDescriptor.Digest);
        return (image, pulled.Manifest.Layers[0]);
    }

    private sealed class Listener(List<TransferProgress> heard) : IProgress<TransferProgress>
    {
        public void Report(TransferProgress value)
        {
            lock (heard)
            {
                heard.Add(value);
            }
        }
    }
}
