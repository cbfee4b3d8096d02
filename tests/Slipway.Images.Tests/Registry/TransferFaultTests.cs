using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;
using Slipway.Testing.Registry;

namespace Slipway.Images.Tests.Registry;

/// <summary>A registry that does wrong what can be done wrong, between a push and a pull: either the image arrives whole, or nothing does and the user is told.</summary>
public sealed class TransferFaultTests : IDisposable
{
    private readonly InMemoryRegistry _registry = new();
    private readonly SampleStore _here = new(), _there = new();
    private readonly Registries _registries = New(TimeProvider.System);

    private static CancellationToken None => TestContext.Current.CancellationToken;

    private ImageReference Name => ImageReference.Parse($"{_registry.Host}/astro/nebula:1");

    public void Dispose()
    {
        _registries.Dispose();
        _here.Dispose();
        _there.Dispose();
        _registry.Dispose();
    }

    [Theory]
    [InlineData("GET /v2/astro/nebula/manifests", 0)]
    [InlineData("GET /v2/astro/nebula/manifests", 100)]
    [InlineData("GET /v2/astro/nebula/blobs", 0)]
    [InlineData("GET /v2/astro/nebula/blobs", 1)]
    [InlineData("GET /v2/astro/nebula/blobs", 150)]
    public async Task Connections_that_break_while_pulling_are_survived(string request, int after)
    {
        await PushAsync();
        _registry.Break(new RegistryFault(FaultKind.Disconnect, request, 3) { After = after });
        await PullWholeAsync();
    }

    [Theory]
    [InlineData("HEAD")]
    [InlineData("GET /v2/astro/nebula/manifests")]
    [InlineData("GET /v2/astro/nebula/blobs")]
    [InlineData("GET /v2/")]
    public async Task Passing_trouble_while_pulling_is_survived_at_every_step(string request)
    {
        await PushAsync();
        foreach ((int status, string? after) in ((int, string?)[])[(500, null), (502, "0"), (503, "Fri, 01 Jan 2100 00:00:00 GMT"), (429, "1")])
        {
            _registry.Break(new RegistryFault(FaultKind.Status, request, 1) { Status = status, RetryAfter = after });
        }

        await PullWholeAsync();
    }

    [Fact]
    public async Task A_manifest_refused_while_another_pusher_writes_the_same_blob_is_sent_again()
    {
        _registry.Break(new RegistryFault(FaultKind.Status, "PUT /v2/astro/nebula/manifests", 2) { Status = 400, Body = """{"errors":[{"code":"DIGEST_INVALID"}]}""" });
        await PushAsync();
        await PullWholeAsync();
    }

    [Theory]
    [InlineData("DIGEST_INVALID", "registry-busy")]
    [InlineData("MANIFEST_INVALID", "registry-failed")]
    public async Task A_manifest_that_stays_refused_is_told_with_the_registrys_words(string code, string told)
    {
        _registry.Break(new RegistryFault(FaultKind.Status, "PUT /v2/astro/nebula/manifests") { Status = 400, Body = $$"""{"errors":[{"code":"{{code}}","message":"not this one"}]}""" });
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => PushAsync());
        Assert.Equal(told, e.Diagnostics[0].Code);
        Assert.Contains("HTTP 400 for the manifest of astro/nebula:1: not this one", e.Message);
    }

    [Theory]
    [InlineData(FaultKind.Corrupt, "config")]
    [InlineData(FaultKind.Corrupt, "layer")]
    [InlineData(FaultKind.Truncate, "config")]
    [InlineData(FaultKind.Truncate, "layer")]
    [InlineData(FaultKind.Overlong, "config")]
    [InlineData(FaultKind.Overlong, "layer")]
    public async Task Wrong_bytes_and_lengths_are_refused_and_nothing_of_them_kept(FaultKind kind, string part)
    {
        Descriptor blob = await PushAsync(part);
        _registry.Break(new RegistryFault(kind, $"GET /v2/astro/nebula/blobs/{blob.Digest}") { After = 50 });
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(PullAsync);
        Assert.Equal("corrupt-blob", e.Diagnostics[0].Code);
        Assert.False(_there.Store.Blobs.Exists(blob.Digest));
        Assert.Null(await _there.FindAsync(Name.ToString()));
        Assert.Empty(await _there.Store.CheckAsync(repair: false, null, None));
    }

    [Theory]
    [InlineData(FaultKind.Corrupt)]
    [InlineData(FaultKind.Truncate)]
    [InlineData(FaultKind.Overlong)]
    public async Task A_manifest_with_wrong_bytes_is_refused(FaultKind kind)
    {
        await PushAsync();
        _registry.Break(new RegistryFault(kind, "GET /v2/astro/nebula/manifests") { After = 50 });
        await Assert.ThrowsAsync<DiagnosticException>(PullAsync);
        Assert.Null(await _there.FindAsync(Name.ToString()));
    }

    [Fact]
    public async Task A_registry_that_lies_about_a_digest_is_told_so()
    {
        await PushAsync();
        _registry.Break(new RegistryFault(FaultKind.OtherDigest, "HEAD"));
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(PullAsync);
        Assert.Equal("missing-blob", e.Diagnostics[0].Code);
    }

    [Theory]
    [InlineData("config")]
    [InlineData("layer")]
    public async Task A_blob_that_is_gone_is_told_with_its_image(string part)
    {
        Descriptor blob = await PushAsync(part);
        _registry.Break(new RegistryFault(FaultKind.Status, $"GET /v2/astro/nebula/blobs/{blob.Digest}") { Status = 404 });
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(PullAsync);
        Assert.Equal("missing-blob", e.Diagnostics[0].Code);
        Assert.Contains("astro/nebula", e.Message);
    }

    [Fact]
    public async Task Uploads_to_a_storage_host_do_not_carry_the_registrys_token()
    {
        using var storage = new InMemoryRegistry { Front = _registry };
        (_registry.Storage, _registry.WantsToken) = (storage, true);
        await PushAsync();
        await PullWholeAsync();
        Assert.NotEmpty(storage.Received);
        Assert.All(storage.Authorizations, Assert.Null);
    }

    [Fact]
    public async Task Downloads_from_a_storage_host_do_not_carry_the_registrys_token_also_after_a_break()
    {
        Descriptor layer = await PushAsync("layer");
        using var storage = new InMemoryRegistry();
        _registry.WantsToken = true;
        storage.AddBlob("astro/nebula", _registry.Blob("astro/nebula", layer.Digest.ToString())!);
        storage.Break(new RegistryFault(FaultKind.Disconnect, "GET", 2) { After = 60 });
        _registry.Break(new RegistryFault(FaultKind.Redirect, $"GET /v2/astro/nebula/blobs/{layer.Digest}") { Target = $"http://{storage.Host}" });
        await PullWholeAsync();
        Assert.True(storage.Requests.Length >= 3);
        Assert.All(storage.Authorizations, Assert.Null);
    }

    [Fact]
    public async Task A_clock_that_jumps_disturbs_neither_waits_nor_tokens()
    {
        using Registries jumping = New(new JumpingClock());
        _registry.WantsToken = true;
        foreach (string step in (string[])["HEAD", "POST", "PUT", "GET /v2/astro"])
        {
            _registry.Break(new RegistryFault(FaultKind.Status, step, 1) { RetryAfter = DateTimeOffset.UtcNow.AddSeconds(1).ToString("R") });
        }

        StoredImage image = await _here.PutAsync(Name.ToString(), "a", "b");
        await new ImagePusher(jumping, _here.Store).PushAsync(image, Name, CompressionKind.Gzip, null, None);
        await new ImagePuller(jumping, _there.Store).PullAsync(Name, Platform.Host, null, None);
        await _there.VerifyAsync((await _there.FindAsync(Name.ToString()))!);
    }

    private static Registries New(TimeProvider clock) => new(
        new RegistryOptions { Http = new HttpPolicyOptions { BaseDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) } }, clock);

    private async Task<Descriptor> PushAsync(string part = "config")
    {
        StoredImage image = await _here.PutAsync(Name.ToString(), "a", "b");
        await new ImagePusher(_registries, _here.Store).PushAsync(image, Name, CompressionKind.Gzip, null, None);
        OciManifest pushed = ImageJson.ReadManifest(_registry.Manifest("astro/nebula", "1")!.Value.Bytes);
        return part == "config" ? pushed.Config : pushed.Layers[1];
    }

    private Task<ResolvedImage> PullAsync() => new ImagePuller(_registries, _there.Store).PullAsync(Name, Platform.Host, null, None);

    private async Task PullWholeAsync()
    {
        await PullAsync();
        await _there.VerifyAsync((await _there.FindAsync(Name.ToString()))!);
    }

    /// <summary>Every look at the date gives one that is far from the last; what runs on timers runs as ever.</summary>
    private sealed class JumpingClock : TimeProvider
    {
        private int _looks;

        public override DateTimeOffset GetUtcNow() => base.GetUtcNow().AddDays(Interlocked.Increment(ref _looks) % 3 * 400);
    }
}
