using System.Text.Json.Nodes;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;
using Slipway.Testing;
using Slipway.Testing.Registry;

namespace Slipway.Images.Tests.Registry;

/// <summary>Against a real registry, with skopeo as the judge.</summary>
public sealed class DockerRegistryTests : IAsyncLifetime
{
    private readonly SampleStore _here = new(), _there = new();
    private readonly TemporaryFolder _folder = new();
    private readonly Registries _registries = new(new RegistryOptions(), TimeProvider.System);
    private DockerRegistry _registry = null!;

    private static CancellationToken None => TestContext.Current.CancellationToken;

    private string Name => $"{_registry.Host}/astro/nebula:1";

    public async ValueTask InitializeAsync()
    {
        DockerRegistry? registry = await DockerRegistry.TryStartAsync(None);
        Assert.SkipWhen(registry is null, "docker-registry is not installed");
        Assert.SkipWhen(Tool.Find("skopeo") is null, "skopeo is not installed");
        _registry = registry!;
    }

    public ValueTask DisposeAsync()
    {
        _registry?.Dispose();
        _registries.Dispose();
        _here.Dispose();
        _there.Dispose();
        _folder.Dispose();
        return ValueTask.CompletedTask;
    }

    [Theory]
    [InlineData(CompressionKind.Gzip)]
    [InlineData(CompressionKind.Zstd)]
    public async Task Skopeo_reads_what_we_push(CompressionKind compression)
    {
        StoredImage image = await _here.PutAsync(Name, "a", "b");
        Descriptor pushed = await PushAsync(image, Name, compression);
        JsonNode seen = JsonNode.Parse(await SkopeoAsync("inspect", "--tls-verify=false", $"docker://{Name}"))!;
        Assert.Equal(pushed.Digest.ToString(), (string?)seen["Digest"]);
        Assert.Equal(2, seen["Layers"]!.AsArray().Count);

        await SkopeoAsync("copy", "--src-tls-verify=false", "--dest-decompress", $"docker://{Name}", $"dir:{_folder["copy"]}");
        Assert.All(image.Config.DiffIds, diffId => Assert.True(File.Exists(Path.Combine(_folder["copy"], diffId.Hex))));
    }

    [Theory]
    [InlineData(CompressionKind.Gzip)]
    [InlineData(CompressionKind.Estargz)]
    public async Task Skopeo_verifies_a_large_layer_that_was_sent_while_it_was_compressed(CompressionKind compression)
    {
        await PushAsync(await _here.PutLargeAsync(Name, 12_000_000), Name, compression);
        await new ImagePuller(_registries, _there.Store).PullAsync(ImageReference.Parse(Name), Platform.Host, null, None);
        StoredImage pulled = (await _there.FindAsync(Name))!;
        await _there.VerifyAsync(pulled);
        await SkopeoAsync("copy", "--src-tls-verify=false", "--dest-decompress", $"docker://{Name}", $"dir:{_folder["copy"]}");
        Assert.All(pulled.Config.DiffIds, diffId => Assert.True(File.Exists(Path.Combine(_folder["copy"], diffId.Hex))));
    }

    [Theory]
    [InlineData("oci")]
    [InlineData("v2s2")]
    public async Task We_read_what_skopeo_pushes(string format)
    {
        StoredImage image = await _here.PutAsync("sample:1", "a", "b");
        await SkopeoAsync("copy", "--dest-tls-verify=false", "--format", format, $"oci:{_here.Store.Root}:sample:1", $"docker://{Name}");
        await new ImagePuller(_registries, _there.Store).PullAsync(ImageReference.Parse(Name), Platform.Host, null, None);
        StoredImage pulled = (await _there.FindAsync(Name))!;
        Assert.Equal(image.Config.DiffIds, pulled.Config.DiffIds);
        Assert.Equal(format == "oci" ? MediaTypes.OciManifest : MediaTypes.DockerManifest, pulled.Manifest.MediaType);
        await _there.VerifyAsync(pulled);

        // And on, unchanged.
        Descriptor again = await new ImagePusher(_registries, _there.Store).PushAsync(
            pulled, ImageReference.Parse($"{_registry.Host}/other:2"), CompressionKind.Zstd, null, None);
        Assert.Equal(pulled.ManifestDescriptor.Digest, again.Digest);
    }

    [Fact]
    public async Task A_blob_damaged_on_the_registrys_disk_is_refused()
    {
        StoredImage image = await _here.PutAsync(Name, "a");
        Descriptor layer = await _here.Store.Layers.GetBlobAsync(image.Config.DiffIds[0], CompressionKind.Gzip, None);
        await PushAsync(image, Name, CompressionKind.Gzip);
        string file = Path.Combine(_registry.BlobFolder, "sha256", layer.Digest.Hex[..2], layer.Digest.Hex, "data");
        byte[] bytes = await File.ReadAllBytesAsync(file, None);
        bytes[bytes.Length / 2] ^= 0x40;
        await File.WriteAllBytesAsync(file, bytes, None);
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(
            () => new ImagePuller(_registries, _there.Store).PullAsync(ImageReference.Parse(Name), Platform.Host, null, None));
        Assert.Equal("corrupt-blob", e.Diagnostics[0].Code);
        Assert.False(_there.Store.Blobs.Exists(layer.Digest));
    }

    [Fact]
    public async Task Unknown_names_and_tags_are_told_apart()
    {
        await PushAsync(await _here.PutAsync(Name, "a"), Name, CompressionKind.Gzip);
        Assert.Equal("no-such-tag", await RefusalAsync($"{_registry.Host}/astro/nebula:nope"));
        Assert.Equal("no-such-image", await RefusalAsync($"{_registry.Host}/astro/galaxy:1"));
    }

    [Fact]
    public async Task A_certificate_nobody_trusts_must_be_allowed()
    {
        using DockerRegistry registry = (await DockerRegistry.TryStartAsync(withTls: true, None))!;
        using var strict = new RegistryClient(registry.Host, new RegistryOptions(), TimeProvider.System);
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => strict.PingAsync(None));
        Assert.Equal("registry-tls", e.Diagnostics[0].Code);
        Assert.EndsWith($"--insecure-registry {registry.Host}.", e.Diagnostics[0].Help);

        using var allowed = new RegistryClient(registry.Host, new RegistryOptions { InsecureRegistries = [registry.Host] }, TimeProvider.System);
        await allowed.PingAsync(None);
    }

    private async Task<string> RefusalAsync(string name) => (await Assert.ThrowsAsync<DiagnosticException>(
        () => new ImagePuller(_registries, _there.Store).ResolveAsync(ImageReference.Parse(name), Platform.Host, None))).Diagnostics[0].Code;

    private Task<Descriptor> PushAsync(StoredImage image, string name, CompressionKind compression) =>
        new ImagePusher(_registries, _here.Store).PushAsync(image, ImageReference.Parse(name), compression, null, None);

    private static Task<string> SkopeoAsync(params string[] arguments) => Tool.RunAsync("skopeo", ["--insecure-policy", .. arguments], None);
}
