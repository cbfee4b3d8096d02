using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Registry.Policy;
using Slipway.Images.Store;
using Slipway.Testing.Registry;

namespace Slipway.Images.Tests.Registry;

/// <summary>An image that is at its origin, and whole, partly or wrongly at mirrors.</summary>
public sealed class MirrorTests : IDisposable
{
    private readonly InMemoryRegistry _origin = new(), _mirror = new();
    private readonly SampleStore _here = new(), _there = new();
    private readonly List<Diagnostic> _warnings = [];
    private readonly List<IDisposable> _open = [];

    private static CancellationToken None => TestContext.Current.CancellationToken;

    private ImageReference Name => ImageReference.Parse($"{_origin.Host}/astro/nebula:1");

    public void Dispose()
    {
        _open.ForEach(registries => registries.Dispose());
        _here.Dispose();
        _there.Dispose();
        _origin.Dispose();
        _mirror.Dispose();
    }

    [Fact]
    public async Task A_mirror_that_has_the_image_is_asked_alone()
    {
        await FillAsync();
        int before = _origin.Requests.Length;
        await PullWholeAsync(Rule() with { Mirrors = [Mirror()] });
        Assert.Equal(before, _origin.Requests.Length);
        Assert.Empty(_warnings);
        Assert.Equal([Name.ToString()], (await _there.Store.ListAsync(Platform.Host, None)).SelectMany(image => image.Names).Select(name => name.ToString()));
    }

    [Fact]
    public async Task What_a_mirror_lacks_comes_from_the_origin_in_silence()
    {
        Descriptor layer = await FillAsync();
        _mirror.Break(new RegistryFault(FaultKind.Status, $"blobs/{layer.Digest}") { Status = 404 });
        await PullWholeAsync(Rule() with { Mirrors = [Mirror()] });
        Assert.Contains($"GET /v2/astro/nebula/blobs/{layer.Digest}", _origin.Requests);
        Assert.Empty(_warnings);
    }

    [Fact]
    public async Task A_mirror_that_does_not_answer_is_told_once_and_not_asked_again()
    {
        await FillAsync();
        _mirror.Dispose();
        await PullWholeAsync(Rule() with { Mirrors = [Mirror()] });
        Diagnostic warning = Assert.Single(_warnings);
        Assert.Equal(("mirror-failed", Severity.Warning), (warning.Code, warning.Severity));
        Assert.Contains(_mirror.Host, warning.Message);
        Assert.NotNull(warning.Position);
    }

    [Theory]
    [InlineData(FaultKind.Corrupt)]
    [InlineData(FaultKind.Truncate)]
    [InlineData(FaultKind.Overlong)]
    public async Task Wrong_bytes_of_a_mirror_are_refused_and_taken_from_the_origin(FaultKind kind)
    {
        Descriptor layer = await FillAsync();
        _mirror.Break(new RegistryFault(kind, $"GET /v2/copies/astro/nebula/blobs/{layer.Digest}") { After = 50 });
        await PullWholeAsync(Rule() with { Mirrors = [Mirror()] });
        Assert.Contains($"GET /v2/astro/nebula/blobs/{layer.Digest}", _origin.Requests);
        Assert.Single(_warnings);
    }

    [Fact]
    public async Task A_wrong_manifest_of_a_mirror_is_refused_and_taken_from_the_origin()
    {
        await FillAsync();
        _mirror.Break(new RegistryFault(FaultKind.Corrupt, "GET /v2/copies/astro/nebula/manifests"));
        await PullWholeAsync(Rule() with { Mirrors = [Mirror()] });
        Assert.Single(_warnings);
    }

    [Fact]
    public async Task Wrong_bytes_of_a_layer_fetched_later_are_taken_from_the_origin_too()
    {
        Descriptor layer = await FillAsync();
        _mirror.Break(new RegistryFault(FaultKind.Corrupt, $"GET /v2/copies/astro/nebula/blobs/{layer.Digest}"));
        Registries registries = New(Rule() with { Mirrors = [Mirror()] });
        ResolvedImage image = await new ImagePuller(registries, _there.Store).ResolveAsync(Name, Platform.Host, None);
        _there.Store.Blobs.Fetcher = registries.FetchAsync;
        await using Stream tar = await _there.Store.Layers.OpenTarAsync(image.DiffIds[1], None);
        Assert.Equal(image.DiffIds[1], await Foundation.Hashing.Digest.OfAsync(tar, None));
        Assert.Single(_warnings);
    }

    [Fact]
    public async Task Wrong_bytes_that_were_unpacked_while_they_came_are_unpacked_anew_from_the_origin()
    {
        Registries plain = New(null);
        StoredImage image = await _here.PutLargeAsync(Name.ToString(), 24 << 20);
        await new ImagePusher(plain, _here.Store).PushAsync(image, Name, CompressionKind.None, null, None);
        await new ImagePusher(plain, _here.Store).PushAsync(image, ImageReference.Parse($"{_mirror.Host}/copies/astro/nebula:1"), CompressionKind.None, null, None);
        _mirror.Break(new RegistryFault(FaultKind.Corrupt, $"GET /v2/copies/astro/nebula/blobs/{image.Config.DiffIds[0]}"));
        await new ImagePuller(New(Rule() with { Mirrors = [Mirror()] }), _there.Store) { Unpacks = true }.PullAsync(Name, Platform.Host, null, None);
        Assert.Equal(
            await File.ReadAllBytesAsync(Path.Combine(await _here.Store.Layers.GetTreeAsync(image.Config.DiffIds[0], None), "data", "large"), None),
            await File.ReadAllBytesAsync(Path.Combine(_there.Store.Layers.TryGetTree(image.Config.DiffIds[0])!, "data", "large"), None));
        Assert.Empty(await _there.Store.CheckAsync(repair: false, null, None));
        Assert.Single(_warnings);
    }

    [Fact]
    public async Task A_blob_that_breaks_off_at_a_mirror_goes_on_at_the_origin_from_there()
    {
        Descriptor layer = await FillAsync();
        _mirror.Break(new RegistryFault(FaultKind.Disconnect, $"GET /v2/copies/astro/nebula/blobs/{layer.Digest}", 1) { After = 60 });
        _mirror.Break(new RegistryFault(FaultKind.Status, $"GET /v2/copies/astro/nebula/blobs/{layer.Digest}"));
        await PullWholeAsync(Rule() with { Mirrors = [Mirror()] });
        Assert.Contains($"GET /v2/astro/nebula/blobs/{layer.Digest}", _origin.Requests);
        Assert.Contains("bytes=60-", _origin.Ranges);
        Assert.Single(_warnings);
    }

    [Fact]
    public async Task Nothing_of_the_origin_is_sent_to_a_mirror_and_each_has_its_own_login()
    {
        await FillAsync();
        (_origin.WantsBasic, _origin.Login, _mirror.WantsBasic, _mirror.Login) = (true, "ada:origin-secret", true, "bob:mirror-secret");
        Registries registries = New(Rule() with { Mirrors = [Mirror()] }, RegistryCredentials.Of(_origin.Host, new RegistryLogin("ada", "origin-secret")));
        await new ImagePuller(registries, _there.Store).PullAsync(Name, Platform.Host, null, None);
        Assert.All(_mirror.Authorizations, Assert.Null);
        Assert.Contains("slipway login " + _mirror.Host, Assert.Single(_warnings).Help);

        using var third = new SampleStore();
        using var folder = new Slipway.Testing.TemporaryFolder();
        File.WriteAllText(folder["config.json"], $$"""{"auths":{"{{_mirror.Host}}/copies":{"auth":"{{Convert.ToBase64String("bob:mirror-secret"u8)}}"} } }""");
        int before = _origin.Requests.Length;
        registries = New(Rule() with { Mirrors = [Mirror()] }, RegistryCredentials.Load(name => name == "DOCKER_CONFIG" ? folder.Path : null));
        await new ImagePuller(registries, third.Store).PullAsync(Name, Platform.Host, null, None);
        Assert.Equal(before, _origin.Requests.Length);
    }

    [Theory]
    [InlineData(PullFrom.All, true)]
    [InlineData(PullFrom.TagOnly, true)]
    [InlineData(PullFrom.DigestOnly, false)]
    public async Task A_tag_is_asked_of_mirrors_for_tags(PullFrom from, bool asked)
    {
        await FillAsync();
        await PullWholeAsync(Rule() with { Mirrors = [Mirror() with { PullFrom = from }] });
        Assert.Equal(asked, _mirror.Requests.Contains("HEAD /v2/copies/astro/nebula/manifests/1"));
        Assert.Equal(!asked, _origin.Requests.Contains("HEAD /v2/astro/nebula/manifests/1"));
        Assert.Contains(_mirror.Requests, request => request.Contains("/blobs/", StringComparison.Ordinal) && request.StartsWith("GET", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(PullFrom.All, true)]
    [InlineData(PullFrom.TagOnly, false)]
    [InlineData(PullFrom.DigestOnly, true)]
    public async Task A_digest_is_asked_of_mirrors_for_digests(PullFrom from, bool asked)
    {
        await FillAsync();
        int before = _mirror.Requests.Length;
        ImageReference byDigest = ImageReference.Parse($"{_origin.Host}/astro/nebula@{InMemoryRegistry.DigestOf(_origin.Manifest("astro/nebula", "1")!.Value.Bytes)}");
        await new ImagePuller(New(Rule() with { Mirrors = [Mirror() with { PullFrom = from }] }), _there.Store).PullAsync(byDigest, Platform.Host, null, None);
        Assert.Equal(asked, _mirror.Requests.Length > before);
    }

    [Fact]
    public async Task A_push_goes_to_the_origin_alone_at_its_location()
    {
        StoredImage image = await _here.PutAsync("corp.test/astro/nebula:1", "a", "b");
        RegistryRule rule = Rule() with { Prefix = "corp.test", Location = $"{_origin.Host}/real", Mirrors = [Mirror()] };
        await new ImagePusher(New(rule), _here.Store).PushAsync(image, ImageReference.Parse("corp.test/astro/nebula:1"), CompressionKind.Gzip, null, None);
        Assert.Empty(_mirror.Requests);
        Assert.NotNull(_origin.Manifest("real/astro/nebula", "1"));

        await new ImagePuller(New(rule), _there.Store).PullAsync(ImageReference.Parse("corp.test/astro/nebula:1"), Platform.Host, null, None);
        Assert.NotNull(await _there.FindAsync("corp.test/astro/nebula:1"));
        Assert.Contains("HEAD /v2/copies/astro/nebula/manifests/1", _mirror.Requests);
    }

    [Fact]
    public async Task Layers_are_mounted_from_repositories_that_are_called_otherwise_there()
    {
        RegistryRule rule = Rule() with { Prefix = "corp.test", Location = $"{_origin.Host}/real" };
        StoredImage image = await _here.PutAsync("corp.test/astro/nebula:1", "a");
        Registries registries = New(rule);
        await new ImagePusher(registries, _here.Store).PushAsync(image, ImageReference.Parse("corp.test/astro/nebula:1"), CompressionKind.Gzip, null, None);
        await new ImagePuller(registries, _there.Store).PullAsync(ImageReference.Parse("corp.test/astro/nebula:1"), Platform.Host, null, None);
        StoredImage pulled = (await _there.FindAsync("corp.test/astro/nebula:1"))!;
        await new ImagePusher(registries, _there.Store).PushAsync(pulled, ImageReference.Parse("corp.test/other:2"), CompressionKind.Gzip, null, None);
        Assert.Contains(_origin.Requests, request => request.Contains("from=real%2Fastro%2Fnebula", StringComparison.Ordinal) || request.Contains("from=real/astro/nebula", StringComparison.Ordinal));
    }

    [Fact]
    public async Task What_is_blocked_is_not_asked_but_its_mirrors_are()
    {
        await FillAsync();
        int before = _origin.Requests.Length;
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => PullWholeAsync(Rule() with { IsBlocked = true }));
        Assert.Equal("registry-blocked", e.Diagnostics[0].Code);
        Assert.Contains("config.yml:2", e.Diagnostics[0].Message);
        await PullWholeAsync(Rule() with { IsBlocked = true, Mirrors = [Mirror()] });
        _mirror.Dispose();
        using var third = new SampleStore();
        await Assert.ThrowsAsync<DiagnosticException>(
            () => new ImagePuller(New(Rule() with { IsBlocked = true, Mirrors = [Mirror()] }), third.Store).PullAsync(Name, Platform.Host, null, None));
        Assert.Equal(before, _origin.Requests.Length);
        Assert.Single(_warnings);
    }

    [Fact]
    public async Task Offline_asks_no_mirror_and_says_so_as_ever()
    {
        Registries registries = New(Rule() with { Mirrors = [Mirror()] }, offline: true);
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => new ImagePuller(registries, _there.Store).ResolveAsync(Name, Platform.Host, None));
        Assert.Equal("offline", e.Diagnostics[0].Code);
        Assert.Empty(_warnings);
    }

    /// <summary>The image at the origin and, below <c>copies/</c>, at the mirror; gives its second layer.</summary>
    private async Task<Descriptor> FillAsync()
    {
        Registries plain = New(null);
        StoredImage image = await _here.PutAsync(Name.ToString(), "a", "b");
        await new ImagePusher(plain, _here.Store).PushAsync(image, Name, CompressionKind.Gzip, null, None);
        await new ImagePusher(plain, _here.Store).PushAsync(image, ImageReference.Parse($"{_mirror.Host}/copies/astro/nebula:1"), CompressionKind.Gzip, null, None);
        return ImageJson.ReadManifest(_origin.Manifest("astro/nebula", "1")!.Value.Bytes).Layers[1];
    }

    private RegistryRule Rule() => new(_origin.Host, new ConfigMark(new SourceText("/x/config.yml", "registries:\n  x: {}\n"), new TextSpan(14, 1)));

    private RegistryMirror Mirror() => new($"{_mirror.Host}/copies", Rule().Mark);

    private Registries New(RegistryRule? rule, RegistryCredentials? credentials = null, bool offline = false)
    {
        var registries = new Registries(
            new RegistryOptions
            {
                Http = new HttpPolicyOptions { BaseDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5), Offline = offline },
                Policy = new(new RegistryPolicy(rule is null ? [] : [rule])),
                Warn = _warnings.Add,
                Credentials = credentials ?? RegistryCredentials.None,
            },
            TimeProvider.System);
        _open.Add(registries);
        return registries;
    }

    private async Task PullWholeAsync(RegistryRule rule)
    {
        await new ImagePuller(New(rule), _there.Store).PullAsync(Name, Platform.Host, null, None);
        await _there.VerifyAsync((await _there.FindAsync(Name.ToString()))!);
    }
}
