using Slipway.Foundation.Hashing;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;
using Slipway.Testing.Registry;

namespace Slipway.Images.Tests.Registry;

public sealed class PullAndPushTests : IDisposable
{
    private readonly InMemoryRegistry _registry = new();
    private readonly SampleStore _here = new(), _there = new();
    private readonly Registries _registries = new(
        new RegistryOptions { Http = new HttpPolicyOptions { BaseDelay = TimeSpan.FromMilliseconds(1) } }, TimeProvider.System);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    private string Name => $"{_registry.Host}/astro/nebula:1";

    public void Dispose()
    {
        _registries.Dispose();
        _here.Dispose();
        _there.Dispose();
        _registry.Dispose();
    }

    [Theory]
    [InlineData(CompressionKind.Gzip)]
    [InlineData(CompressionKind.Zstd)]
    [InlineData(CompressionKind.None)]
    public async Task What_is_pushed_is_pulled(CompressionKind compression)
    {
        StoredImage image = await _here.PutAsync(Name, "a", "b");
        Descriptor pushed = await PushAsync(image, Name, compression);
        ResolvedImage pulled = await PullAsync(Name);

        Assert.Equal(pushed.Digest, pulled.ManifestDescriptor.Digest);
        Assert.Equal(pushed.Digest.ToString(), InMemoryRegistry.DigestOf(_registry.Manifest("astro/nebula", "1")!.Value.Bytes));
        StoredImage found = (await _there.FindAsync(Name))!;
        Assert.Equal(image.Id, found.Id);
        await _there.VerifyAsync(found);
    }

    [Fact]
    public async Task A_pulled_image_is_pushed_with_the_same_digest()
    {
        Descriptor pushed = await PushAsync(await _here.PutAsync(Name, "a"), Name, CompressionKind.Gzip);
        await PullAsync(Name);
        StoredImage pulled = (await _there.FindAsync(Name))!;
        string other = $"{_registry.Host}/other/name:2";
        Descriptor again = await new ImagePusher(_registries, _there.Store).PushAsync(pulled, ImageReference.Parse(other), CompressionKind.Gzip, null, None);
        Assert.Equal(pushed.Digest, again.Digest);
        Assert.Contains(_registry.Requests, request => request.Contains("mount=", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Resolving_fetches_no_layer()
    {
        StoredImage image = await _here.PutAsync(Name, "a", "b");
        await PushAsync(image, Name, CompressionKind.Gzip);
        int before = _registry.Requests.Length;
        ResolvedImage resolved = await Puller().ResolveAsync(ImageReference.Parse(Name), Platform.Host, None);

        Assert.Equal(image.Config.DiffIds, resolved.DiffIds);
        Assert.Equal(
            ["HEAD", "GET", "GET"], _registry.Requests[before..].Where(r => !r.EndsWith("/v2/", StringComparison.Ordinal)).Select(r => r.Split(' ')[0]));
        Assert.All(resolved.Manifest.Layers, layer => Assert.False(_there.Store.Blobs.Exists(layer.Digest)));
    }

    [Fact]
    public async Task A_layer_of_a_resolved_image_comes_when_it_is_needed()
    {
        await PushAsync(await _here.PutAsync(Name, "a", "b"), Name, CompressionKind.Gzip);
        ResolvedImage resolved = await Puller().ResolveAsync(ImageReference.Parse(Name), Platform.Host, None);
        _there.Store.Blobs.Fetcher = _registries.FetchAsync;
        await using Stream tar = await _there.Store.Layers.OpenTarAsync(resolved.DiffIds[1], None);
        Assert.Equal(resolved.DiffIds[1], await Digest.OfAsync(tar, None));
        Assert.False(_there.Store.Blobs.Exists(resolved.Manifest.Layers[0].Digest));
    }

    [Fact]
    public async Task An_image_known_by_its_digest_is_not_asked_for_again()
    {
        Descriptor pushed = await PushAsync(await _here.PutAsync(Name, "a"), Name, CompressionKind.Gzip);
        string byDigest = $"{_registry.Host}/astro/nebula@{pushed.Digest}";
        await PullAsync(byDigest);
        int before = _registry.Requests.Length;
        await PullAsync(byDigest);
        Assert.Equal(before, _registry.Requests.Length);
    }

    [Fact]
    public async Task A_second_push_sends_only_the_manifest()
    {
        StoredImage image = await _here.PutAsync(Name, "a", "b");
        await PushAsync(image, Name, CompressionKind.Gzip);
        int before = _registry.Requests.Length;
        await PushAsync(image, Name, CompressionKind.Gzip);
        Assert.DoesNotContain(_registry.Requests[before..], request => request.StartsWith("POST", StringComparison.Ordinal));
    }

    [Fact]
    public async Task Broken_connections_are_survived()
    {
        await PushAsync(await _here.PutAsync(Name, "a", "b"), Name, CompressionKind.None);
        _registry.Break(new RegistryFault(FaultKind.Disconnect, "/blobs/", 4) { After = 1500 });
        await PullAsync(Name);
        await _there.VerifyAsync((await _there.FindAsync(Name))!);
    }

    [Fact]
    public async Task A_corrupt_layer_is_refused_and_nothing_of_it_kept()
    {
        StoredImage image = await _here.PutAsync(Name, "a");
        await PushAsync(image, Name, CompressionKind.None);
        Digest layer = image.Config.DiffIds[0];
        _registry.Break(new RegistryFault(FaultKind.Corrupt, $"/blobs/{layer}"));
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => PullAsync(Name));
        Assert.Equal("corrupt-blob", e.Diagnostics[0].Code);
        Assert.False(_there.Store.Blobs.Exists(layer));
        Assert.Null(await _there.FindAsync(Name));
    }

    [Fact]
    public async Task The_host_platform_is_picked_from_a_list()
    {
        StoredImage image = await _here.PutAsync(Name, "a");
        Descriptor pushed = await PushAsync(image, Name, CompressionKind.Gzip);
        AddIndex(pushed with { Platform = new Platform { Os = "linux", Architecture = "s390x" }, Digest = Digest.Of("nothing") },
            pushed with { Platform = Platform.Host },
            pushed with { Platform = new Platform { Os = "unknown", Architecture = "unknown" }, Digest = Digest.Of("attestation") });
        ResolvedImage pulled = await PullAsync(Name);
        Assert.Equal(pushed.Digest, pulled.ManifestDescriptor.Digest);
        Assert.NotEqual(pulled.Target, pulled.ManifestDescriptor);
        Assert.Equal(image.Id, (await _there.FindAsync(Name))!.Id);
    }

    [Fact]
    public async Task A_platform_that_is_not_there_is_answered_with_those_that_are()
    {
        Descriptor pushed = await PushAsync(await _here.PutAsync(Name, "a"), Name, CompressionKind.Gzip);
        AddIndex(pushed with { Platform = new Platform { Os = "linux", Architecture = "s390x" } }, pushed with { Platform = new Platform { Os = "linux", Architecture = "arm", Variant = "v7" } });
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(
            () => Puller().ResolveAsync(ImageReference.Parse(Name), Platform.Parse("linux/amd64"), None));
        Assert.Contains("has no image for linux/amd64; it has linux/s390x, linux/arm/v7", e.Message);
    }

    [Fact]
    public async Task A_misspelt_tag_is_answered_with_the_near_one()
    {
        StoredImage image = await _here.PutAsync($"{_registry.Host}/astro/nebula:latest", "a");
        await PushAsync(image, $"{_registry.Host}/astro/nebula:latest", CompressionKind.Gzip);
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => PullAsync($"{_registry.Host}/astro/nebula:latst"));
        Assert.Equal("no-such-tag", e.Diagnostics[0].Code);
        Assert.Equal($"Did you mean {_registry.Host}/astro/nebula:latest?", e.Diagnostics[0].Help);
    }

    [Fact]
    public async Task An_unknown_image_is_a_diagnostic()
    {
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => PullAsync(Name));
        Assert.Equal("no-such-image", e.Diagnostics[0].Code);
    }

    [Fact]
    public async Task Something_that_is_no_image_is_refused()
    {
        var manifest = new OciManifest { ArtifactType = "application/vnd.chart", Config = new Descriptor("application/vnd.oci.empty.v1+json", Digest.Of("{}"), 2) };
        _registry.AddManifest("astro/nebula", "1", MediaTypes.OciManifest, ImageJson.Write(manifest));
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => PullAsync(Name));
        Assert.Equal("not-an-image", e.Diagnostics[0].Code);
    }

    [Fact]
    public async Task A_hostile_manifest_does_no_harm()
    {
        foreach (string json in (string[])["[]", "nonsense", """{"mediaType":"application/vnd.oci.image.manifest.v1+json","config":null}""",
            """{"config":{"mediaType":"application/vnd.oci.image.config.v1+json"},"layers":[null]}""",
            """{"mediaType":"application/vnd.oci.image.index.v1+json","manifests":[null]}""",
            """{"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:../../etc","size":1},"layers":[]}""",
            """{"config":{"mediaType":"application/vnd.oci.image.config.v1+json","digest":"sha256:0000000000000000000000000000000000000000000000000000000000000000","size":-5},"layers":[]}"""])
        {
            _registry.AddManifest("astro/nebula", "1", MediaTypes.OciManifest, System.Text.Encoding.UTF8.GetBytes(json));
            await Assert.ThrowsAsync<DiagnosticException>(() => PullAsync(Name));
        }
    }

    [Fact]
    public async Task A_damaged_manifest_is_refused_or_harmless()
    {
        await PushAsync(await _here.PutAsync(Name, "a"), Name, CompressionKind.Gzip);
        (string type, byte[] whole) = _registry.Manifest("astro/nebula", "1")!.Value;
        var random = new Random(7);
        for (int i = 0; i < 150; i++)
        {
            byte[] damaged = [.. whole];
            damaged[random.Next(damaged.Length)] = (byte)"0\"{}[]:,-x\u0001\u00ff"[random.Next(12)];
            _registry.AddManifest("astro/nebula", "1", type, damaged);
            try
            {
                await PullAsync(Name);
            }
            catch (DiagnosticException)
            {
                // As it should be.
            }
        }
    }

    [Fact]
    public async Task Progress_ends_at_the_total_of_every_blob()
    {
        StoredImage image = await _here.PutAsync(Name, "a", "b");
        await PushAsync(image, Name, CompressionKind.Gzip);
        var heard = new Recorder();
        await Puller().PullAsync(ImageReference.Parse(Name), Platform.Host, heard, None);
        Assert.Equal(2, heard.Last.Count);
        Assert.All(heard.Last.Values, progress => Assert.Equal(progress.Total, progress.Done));
    }

    private void AddIndex(params Descriptor[] manifests) =>
        _registry.AddManifest("astro/nebula", "1", MediaTypes.OciIndex, ImageJson.Write(new OciIndex { Manifests = manifests }));

    private ImagePuller Puller() => new(_registries, _there.Store);

    private Task<ResolvedImage> PullAsync(string name) => Puller().PullAsync(ImageReference.Parse(name), Platform.Host, null, None);

    private Task<Descriptor> PushAsync(StoredImage image, string name, CompressionKind compression) =>
        new ImagePusher(_registries, _here.Store).PushAsync(image, ImageReference.Parse(name), compression, null, None);

    private sealed class Recorder : IProgress<TransferProgress>
    {
        public Dictionary<string, TransferProgress> Last { get; } = [];

        public void Report(TransferProgress value)
        {
            lock (Last)
            {
                Last[value.Item] = value;
            }
        }
    }
}
