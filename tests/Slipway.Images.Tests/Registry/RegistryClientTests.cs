using Slipway.Foundation.Hashing;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Testing;
using Slipway.Testing.Registry;

namespace Slipway.Images.Tests.Registry;

public sealed class RegistryClientTests : IDisposable
{
    private const string Repository = "astro/nebula";
    private static readonly byte[] Content = [.. Enumerable.Range(0, 300_000).Select(i => (byte)(i * 7 % 251))];
    private static readonly CancellationToken None = TestContext.Current.CancellationToken;

    private readonly InMemoryRegistry _registry = new();
    private readonly RegistryClient _client;

    public RegistryClientTests() => _client = NewClient(_registry.Host, RegistryCredentials.None);

    public void Dispose()
    {
        _client.Dispose();
        _registry.Dispose();
    }

    [Fact]
    public async Task A_registry_answers_a_ping()
    {
        await _client.PingAsync(None);
        Assert.Contains("GET /v2/", _registry.Requests);
    }

    [Fact]
    public async Task A_blob_is_read_whole()
    {
        Assert.Equal(Content, await ReadAsync(_client, Blob()));
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_broken_download_goes_on_where_it_was(bool knowsRanges)
    {
        _registry.KnowsRanges = knowsRanges;
        Descriptor blob = Blob();
        _registry.Break(new RegistryFault(FaultKind.Disconnect, "GET /v2/astro/nebula/blobs", 3) { After = knowsRanges ? 70_000 : 200_000 });
        Assert.Equal(Content, await ReadAsync(_client, blob));
    }

    [Fact]
    public async Task A_blob_with_less_bytes_than_announced_is_refused()
    {
        Descriptor blob = Blob();
        _registry.Break(new RegistryFault(FaultKind.Truncate, "blobs") { After = 1000 });
        Assert.Contains("less than the 300000 bytes", (await Refused(ReadAsync(_client, blob))).Message);
    }

    [Fact]
    public async Task A_blob_with_more_bytes_than_announced_is_refused()
    {
        Descriptor blob = Blob();
        _registry.Break(new RegistryFault(FaultKind.Overlong, "blobs"));
        Assert.Contains("more than the 300000 bytes", (await Refused(ReadAsync(_client, blob))).Message);
    }

    [Fact]
    public async Task A_busy_registry_is_asked_again()
    {
        _registry.AddManifest(Repository, "1", MediaTypes.OciManifest, "{\"config\":{}}"u8.ToArray());
        _registry.Break(new RegistryFault(FaultKind.Status, "manifests", 2) { Status = 429, RetryAfter = "0" });
        _registry.Break(new RegistryFault(FaultKind.Status, "manifests", 1) { Status = 503 });
        Assert.NotNull(await _client.TryGetManifestAsync(Repository, "1", None));
        Assert.Equal(4, _registry.Requests.Count(request => request.Contains("manifests", StringComparison.Ordinal)));
    }

    [Fact]
    public async Task A_registry_that_stays_busy_is_a_diagnostic()
    {
        _registry.Break(new RegistryFault(FaultKind.Status, "manifests"));
        DiagnosticException e = await Refused(_client.TryGetManifestAsync(Repository, "1", None));
        Assert.Equal("registry-busy", e.Diagnostics[0].Code);
    }

    [Fact]
    public async Task A_manifest_with_other_bytes_than_its_digest_is_refused()
    {
        string digest = _registry.AddManifest(Repository, "1", MediaTypes.OciManifest, "{\"config\":{}}"u8.ToArray());
        _registry.Break(new RegistryFault(FaultKind.Corrupt, "GET /v2/astro/nebula/manifests"));
        Assert.Equal("corrupt-blob", (await Refused(_client.TryGetManifestAsync(Repository, digest, None))).Diagnostics[0].Code);
    }

    [Fact]
    public async Task An_anonymous_token_is_asked_for_once()
    {
        _registry.WantsToken = true;
        Descriptor blob = Blob();
        await ReadAsync(_client, blob);
        await ReadAsync(_client, blob);
        string token = Assert.Single(_registry.Requests, request => request.Contains("/token", StringComparison.Ordinal));
        Assert.Equal("GET /token?service=test%2C%20registry&scope=repository%3Aastro%2Fnebula%3Apull", token);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task The_login_of_docker_is_used(bool token)
    {
        (_registry.WantsToken, _registry.WantsBasic, _registry.Login) = (token, !token, "ada:s:cret");
        using var folder = new TemporaryFolder();
        File.WriteAllText(Path.Combine(folder.Path, "config.json"),
            $$"""{"auths":{"{{_registry.Host}}":{"auth":"{{Convert.ToBase64String("ada:s:cret"u8)}}"},"other":{} } }""");
        using RegistryClient client = NewClient(_registry.Host, RegistryCredentials.Load(name => name == "DOCKER_CONFIG" ? folder.Path : null));
        Assert.Equal(Content, await ReadAsync(client, Blob()));
    }

    [Fact]
    public async Task Without_a_login_the_refusal_says_what_to_do()
    {
        (_registry.WantsBasic, _registry.Login) = (true, "ada:secret");
        DiagnosticException e = await Refused(ReadAsync(_client, Blob()));
        Assert.Equal("unauthorized", e.Diagnostics[0].Code);
        Assert.Contains("log in to", e.Diagnostics[0].Help);
    }

    [Fact]
    public async Task A_redirect_to_another_host_does_not_carry_the_token()
    {
        using var storage = new InMemoryRegistry();
        _registry.WantsToken = true;
        Descriptor blob = Blob();
        storage.AddBlob(Repository, Content);
        _registry.Break(new RegistryFault(FaultKind.Redirect, "GET /v2/astro/nebula/blobs") { Target = $"http://{storage.Host}" });
        Assert.Equal(Content, await ReadAsync(_client, blob));
        Assert.All(storage.Authorizations, Assert.Null);
    }

    [Fact]
    public async Task A_pushed_blob_arrives_and_is_not_sent_twice()
    {
        Assert.Equal(BlobPush.Uploaded, await PushAsync());
        Assert.Equal(BlobPush.Present, await PushAsync());
        Assert.Equal(Content, _registry.Blob(Repository, InMemoryRegistry.DigestOf(Content)));
    }

    [Fact]
    public async Task A_broken_upload_starts_over()
    {
        _registry.Break(new RegistryFault(FaultKind.Disconnect, "PUT", 1) { After = 1000 });
        _registry.Break(new RegistryFault(FaultKind.Status, "PUT", 1) { Status = 500 });
        Assert.Equal(BlobPush.Uploaded, await PushAsync());
    }

    [Fact]
    public async Task A_blob_of_another_repository_is_mounted()
    {
        _registry.AddBlob("base/image", Content);
        Assert.Equal(BlobPush.Mounted, await PushAsync("base/image"));
        Assert.DoesNotContain(_registry.Requests, request => request.StartsWith("PUT", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_registry_that_does_not_mount_gets_the_bytes()
    {
        _registry.AddBlob("base/image", Content);
        _registry.Mounts = false;
        Assert.Equal(BlobPush.Uploaded, await PushAsync("base/image"));
    }

    [Fact]
    public async Task Tags_are_listed()
    {
        Assert.Null(await _client.TryListTagsAsync(Repository, None));
        _registry.AddManifest(Repository, "a", MediaTypes.OciManifest, "{}"u8.ToArray());
        _registry.AddManifest(Repository, "b", MediaTypes.OciManifest, "{}"u8.ToArray());
        Assert.Equal(["a", "b"], await _client.TryListTagsAsync(Repository, None));
    }

    [Fact]
    public async Task A_registry_that_is_not_there_is_a_diagnostic_with_advice()
    {
        _registry.Dispose();
        Diagnostic diagnostic = (await Refused(_client.PingAsync(None))).Diagnostics[0];
        Assert.Equal("registry-unreachable", diagnostic.Code);
        Assert.Contains("Start the registry", diagnostic.Help);
    }

    [Fact]
    public async Task Plain_HTTP_elsewhere_than_on_this_machine_must_be_allowed()
    {
        // 127.0.0.1 under a name that is not known as loopback.
        string port = _registry.Host.Split(':')[1];
        var strict = new RegistryEndpoint("r.test", $"127.0.0.1:{port}", IsLoopback: false, IsInsecure: false);
        using var connection = new RegistryConnection(strict, Options(RegistryCredentials.None), TimeProvider.System);
        HttpFailureException e = await Assert.ThrowsAsync<HttpFailureException>(
            () => connection.SendAsync(HttpMethod.Get, "v2/", RegistryScope.Registry, null, None));
        Assert.Contains("--insecure-registry", RegistryProblem.Of(e, strict).Diagnostics[0].Help);

        using var allowed = new RegistryConnection(strict with { IsInsecure = true }, Options(RegistryCredentials.None), TimeProvider.System);
        using HttpResponseMessage response = await allowed.SendAsync(HttpMethod.Get, "v2/", RegistryScope.Registry, null, None);
        Assert.True(response.IsSuccessStatusCode);
    }

    private static RegistryClient NewClient(string host, RegistryCredentials credentials) => new(host, Options(credentials), TimeProvider.System);

    private static RegistryOptions Options(RegistryCredentials credentials) => new()
    {
        Credentials = credentials,
        Http = new HttpPolicyOptions { BaseDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) },
    };

    private Descriptor Blob() => new(MediaTypes.OciLayerTar, Digest.Parse(_registry.AddBlob(Repository, Content)), Content.Length);

    private Task<BlobPush> PushAsync(params string[] mountFrom) => _client.PushBlobAsync(
        Repository,
        new Descriptor(MediaTypes.OciLayerTar, Digest.Of(Content), Content.Length),
        mountFrom,
        _ => Task.FromResult<Func<Stream>>(() => new MemoryStream(Content)),
        null,
        None);

    private static async Task<byte[]> ReadAsync(RegistryClient client, Descriptor blob)
    {
        await using Stream stream = client.OpenBlob(Repository, blob, null);
        using var content = new MemoryStream();
        await stream.CopyToAsync(content, None);
        return content.ToArray();
    }

    private static async Task<DiagnosticException> Refused(Task task) => await Assert.ThrowsAsync<DiagnosticException>(() => task);
}
