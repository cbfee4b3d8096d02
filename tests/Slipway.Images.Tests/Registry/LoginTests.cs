using System.Net;
using System.Text;
using System.Text.Json.Nodes;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Registry;
using Slipway.Testing;
using Slipway.Testing.Registry;

namespace Slipway.Images.Tests.Registry;

public sealed class LoginTests : IDisposable
{
    private readonly InMemoryRegistry _registry = new() { WantsToken = true, Login = "ada:secret" };
    private readonly TemporaryFolder _folder = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    private string ConfigPath => Path.Combine(_folder.Path, "config.json");

    public void Dispose()
    {
        _registry.Dispose();
        _folder.Dispose();
    }

    [Theory]
    [InlineData("team/app", "team")]
    [InlineData("team/app/deep", "deep")]
    [InlineData("other", "host")]
    [InlineData("", "host")]
    public async Task The_login_of_the_longest_path_wins(string repository, string user)
    {
        Write($$"""{"auths":{"r.test":{"auth":"{{Auth("host:1")}}"},"r.test/team":{"auth":"{{Auth("team:2")}}"},"r.test/team/app/deep":{"auth":"{{Auth("deep:3")}}"} } }""");
        Assert.Equal(user, (await Load().FindAsync("r.test", repository, None))?.User);
        Assert.Null(await Load().FindAsync("s.test", repository, None));
    }

    [Theory]
    [InlineData("team/app", "kept for HOST/team", "PATHS")]
    [InlineData("team/other/deep", "kept for HOST/team", "PATHS")]
    [InlineData("listed/app", "kept for HOST/listed", "HOSTS")]
    [InlineData("elsewhere", "kept for HOST", "HOSTS")]
    public async Task A_helper_is_asked_for_the_longest_path_that_the_file_names(string repository, string user, string helper)
    {
        using var helpers = new CredentialHelpers("paths", "hosts");
        Write($$"""{"credsStore":"{{helpers.Prefix}}hosts","credHelpers":{"r.test/team":"{{helpers.Prefix}}paths"},"auths":{"r.test/listed":{} } }""");
        RegistryLogin login = (await Load().FindAsync("r.test", repository, None))!;
        Assert.Equal((user.Replace("HOST", "r.test", StringComparison.Ordinal), helper), (login.User, login.Password));
    }

    [Fact]
    public async Task A_login_for_a_path_that_a_store_keeps_is_found_again_and_forgotten()
    {
        using var helpers = new CredentialHelpers("hosts");
        Write($$"""{"credsStore":"{{helpers.Prefix}}hosts" }""");
        Assert.True(await Load().Writer.KeepAsync("r.test/team", new RegistryLogin("ada", "x"), None));
        Assert.Equal("kept for r.test/team", (await Load().FindAsync("r.test", "team/app", None))!.User);
        Assert.Equal("kept for r.test", (await Load().FindAsync("r.test", "other", None))!.User);
        Assert.True(await Load().Writer.ForgetAsync("r.test/team", None));
        Assert.Equal(["store hosts", "get hosts", "get hosts", "get hosts", "erase hosts"], helpers.Calls);
        Assert.Equal("kept for r.test", (await Load().FindAsync("r.test", "team/app", None))!.User);
    }

    [Fact]
    public async Task A_registry_token_is_sent_as_it_stands_and_no_token_server_is_asked()
    {
        Write($$"""{"auths":{"{{_registry.Host}}":{"registrytoken":"token-of-the-test"} } }""");
        using var client = new RegistryClient(_registry.Host, Options() with { Credentials = Load() }, TimeProvider.System);
        Assert.Null(await client.TryGetManifestAsync("astro/nebula", "none", None));
        Assert.Equal(0, TokenRequests());
        Assert.Equal("Bearer token-of-the-test", _registry.Authorizations[^1]);
    }

    [Theory]
    [InlineData("https://index.docker.io/v1/", "docker.io")]
    [InlineData("index.docker.io", "docker.io")]
    [InlineData("https://r.test/v1/", "r.test")]
    [InlineData("http://r.test:5000", "r.test:5000")]
    [InlineData("r.test/team", "r.test/team")]
    public void Old_and_odd_keys_mean_their_registry(string key, string registry) => Assert.Equal(registry, RegistryCredentials.KeyOf(key));

    [Fact]
    public async Task The_file_of_podman_is_read_after_that_of_docker_and_a_chosen_one_alone()
    {
        Write($$"""{"auths":{"r.test":{"auth":"{{Auth("docker:1")}}"} } }""");
        Directory.CreateDirectory(Path.Combine(_folder.Path, "containers"));
        string podman = Path.Combine(_folder.Path, "containers", "auth.json");
        File.WriteAllText(podman, $$"""{"auths":{"r.test":{"auth":"{{Auth("podman:1")}}"},"s.test":{"auth":"{{Auth("podman:1")}}"} } }""");
        RegistryCredentials both = RegistryCredentials.Load(name => name is "DOCKER_CONFIG" or "XDG_RUNTIME_DIR" ? _folder.Path : null);
        Assert.Equal("docker", (await both.FindAsync("r.test", "", None))?.User);
        Assert.Equal("podman", (await both.FindAsync("s.test", "", None))?.User);
        RegistryCredentials chosen = RegistryCredentials.Load(name => name == "REGISTRY_AUTH_FILE" ? podman : _folder.Path);
        Assert.Equal("podman", (await chosen.FindAsync("r.test", "", None))?.User);
    }

    [Fact]
    public async Task A_login_is_kept_beside_everything_else_and_only_its_owner_reads_it()
    {
        Write("""{"psFormat":"a<b>é","auths":{"http://r.test":{"auth":"eDp5"},"s.test":{}},"big":12345678901234567890}""");
        Assert.False(await Load().Writer.KeepAsync("r.test", new RegistryLogin("ada", "s:é"), None));
        JsonNode file = JsonNode.Parse(File.ReadAllText(ConfigPath))!;
        Assert.Equal("a<b>é", (string?)file["psFormat"]);
        Assert.Equal("12345678901234567890", file["big"]!.ToJsonString());
        Assert.Equal(["s.test", "r.test"], file["auths"]!.AsObject().Select(pair => pair.Key));
        Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(ConfigPath));
        Assert.Equal("s:é", (await Load().FindAsync("r.test", "x", None))?.Password);

        Assert.True(await Load().Writer.ForgetAsync("r.test", None));
        Assert.False(await Load().Writer.ForgetAsync("r.test", None));
        Assert.Null(await Load().FindAsync("r.test", "x", None));
        Assert.Equal([ConfigPath], Directory.GetFiles(_folder.Path));
    }

    [Fact]
    public async Task Logins_kept_at_once_are_all_kept()
    {
        await Task.WhenAll(Enumerable.Range(0, 20).Select(i => Task.Run(() => Load().Writer.KeepAsync($"r{i}.test", new RegistryLogin("ada", "x"), None))));
        Assert.Equal(20, JsonNode.Parse(File.ReadAllText(ConfigPath))!["auths"]!.AsObject().Count);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_login_is_tried_before_it_is_kept(bool token)
    {
        (_registry.WantsToken, _registry.WantsBasic) = (token, !token);
        var right = new RegistryLogin("ada", "secret");
        Assert.Equal(right, await RegistrySignIn.VerifyAsync(_registry.Host, right, Options(), TimeProvider.System, None));
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(
            () => RegistrySignIn.VerifyAsync(_registry.Host, new RegistryLogin("ada", "hunter2"), Options(), TimeProvider.System, None));
        Assert.Equal("login-refused", e.Diagnostics[0].Code);
        Assert.DoesNotContain("hunter2", e.ToString());
    }

    [Fact]
    public async Task An_identity_token_takes_the_place_of_the_password_and_is_exchanged()
    {
        _registry.IdentityToken = "refresh-me";
        RegistryLogin kept = await RegistrySignIn.VerifyAsync(_registry.Host, new RegistryLogin("ada", "secret"), Options(), TimeProvider.System, None);
        Assert.Equal(("", "refresh-me"), (kept.Password, kept.IdentityToken));
        await Load().Writer.KeepAsync(_registry.Host, kept, None);

        using var client = new RegistryClient(_registry.Host, Options() with { Credentials = Load() }, TimeProvider.System);
        Assert.Null(await client.TryGetManifestAsync("astro/nebula", "none", None));
        Assert.Contains("POST /token", _registry.Requests);
        Assert.DoesNotContain("secret", File.ReadAllText(ConfigPath));
    }

    [Fact]
    public async Task A_token_is_renewed_before_it_expires_and_not_earlier()
    {
        var clock = new FakeClock();
        using var client = new RegistryClient(
            _registry.Host, Options() with { Credentials = RegistryCredentials.Of(_registry.Host, new RegistryLogin("ada", "secret")) }, clock);
        await client.TryGetManifestAsync("astro/nebula", "none", None);
        clock.Advance(TimeSpan.FromSeconds(280));
        await client.TryGetManifestAsync("astro/nebula", "none", None);
        Assert.Equal(1, TokenRequests());
        clock.Advance(TimeSpan.FromSeconds(15));
        int before = _registry.Requests.Length;
        await client.TryGetManifestAsync("astro/nebula", "none", None);
        Assert.Equal(2, TokenRequests());
        Assert.StartsWith("GET /token", _registry.Requests[before]);
    }

    [Fact]
    public async Task A_registry_behind_TLS_cannot_have_the_login_sent_in_plain_text()
    {
        using var policy = new HttpPolicy(new HttpPolicyOptions { UseProxy = false }, TimeProvider.System);
        var endpoint = new RegistryEndpoint("r.test", "r.test", IsLoopback: false, IsInsecure: true);
        using var authenticator = new RegistryAuthenticator(
            endpoint, RegistryCredentials.Of("r.test", new RegistryLogin("ada", "secret")), policy, TimeProvider.System);
        using var refused = new HttpResponseMessage(HttpStatusCode.Unauthorized) { RequestMessage = new HttpRequestMessage(HttpMethod.Get, "https://r.test/v2/") };
        refused.Headers.TryAddWithoutValidation("WWW-Authenticate", $"Bearer realm=\"http://{_registry.Host}/token\"");
        Assert.False(await authenticator.AnswerAsync(refused, new RegistryScope("astro/nebula"), null, None));
        Assert.Null(Assert.Single(_registry.Authorizations));
    }

    [Fact]
    public async Task What_a_registry_says_cannot_steer_the_terminal()
    {
        (_registry.WantsToken, _registry.Refusal) = (false, "{\"errors\":[{\"message\":\"\\u001b]0;owned\\u0007\\u009b2Jbad\\r\\n\\u202etxt\"}]}");
        using var client = new RegistryClient(_registry.Host, Options(), TimeProvider.System);
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => client.TryGetManifestAsync("astro/nebula", "x", None));
        Assert.Contains("owned", e.Message);
        Assert.DoesNotContain(e.Message, c => char.IsControl(c) || char.GetUnicodeCategory(c) == System.Globalization.UnicodeCategory.Format);
    }

    private int TokenRequests() => _registry.Requests.Count(request => request.StartsWith("GET /token", StringComparison.Ordinal));

    private static string Auth(string pair) => Convert.ToBase64String(Encoding.UTF8.GetBytes(pair));

    private void Write(string json) => File.WriteAllText(ConfigPath, json);

    private RegistryCredentials Load() => RegistryCredentials.Load(name => name == "DOCKER_CONFIG" ? _folder.Path : null);

    private static RegistryOptions Options() => new() { Http = new HttpPolicyOptions { BaseDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) } };
}
