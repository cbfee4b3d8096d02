using System.Security.Cryptography.X509Certificates;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Registry;
using Slipway.Images.Registry.Policy;
using Slipway.Testing;
using Slipway.Testing.Registry;

namespace Slipway.Images.Tests.Registry;

/// <summary>Certificates of both sides, and what of the user's trust holds for a second host: nothing.</summary>
public sealed class TlsTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly TestAuthority _authority = new();

    private static CancellationToken None => TestContext.Current.CancellationToken;

    public void Dispose()
    {
        _folder.Dispose();
        _authority.Dispose();
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_server_that_demands_a_certificate_gets_that_of_certs_d(bool shown)
    {
        using var server = new TlsServer(_authority, _ => TlsServer.Answer("200 OK", body: "{}"), wantsClient: true);
        string folder = Directory.CreateDirectory(_folder[$"localhost:{server.Port}"]).FullName;
        File.WriteAllText(Path.Combine(folder, "ca.crt"), _authority.Pem);
        if (shown)
        {
            using var own = _authority.Issue("ada");
            File.WriteAllText(Path.Combine(folder, "client.cert"), own.ExportCertificatePem());
            File.WriteAllText(Path.Combine(folder, "client.key"), own.GetECDsaPrivateKey()!.ExportPkcs8PrivateKeyPem());
        }

        using var client = new RegistryClient($"localhost:{server.Port}", Options(), TimeProvider.System);
        if (shown)
        {
            await client.PingAsync(None);
        }
        else
        {
            await Assert.ThrowsAsync<DiagnosticException>(() => client.PingAsync(None));
        }

        Assert.Equal(shown, server.Served > 0);
    }

    [Fact]
    public async Task A_certificate_without_its_key_is_told()
    {
        Directory.CreateDirectory(_folder["localhost:1"]);
        using var own = _authority.Issue("ada");
        File.WriteAllText(_folder["localhost:1/client.cert"], own.ExportCertificatePem());
        using var client = new RegistryClient("localhost:1", Options(), TimeProvider.System);
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => client.PingAsync(None));
        Assert.Equal("bad-certificate", e.Diagnostics[0].Code);
    }

    [Theory]
    [InlineData("file")]
    [InlineData("folder")]
    public async Task An_authority_of_the_settings_vouches(string kind)
    {
        using var server = new TlsServer(_authority, _ => TlsServer.Answer("200 OK", body: "{}"));
        string place = kind == "file" ? _folder["any.name"] : Directory.CreateDirectory(_folder["authorities"]).FullName;
        File.WriteAllText(kind == "file" ? place : Path.Combine(place, "corp.pem"), _authority.Pem);
        using var client = new RegistryClient($"localhost:{server.Port}", Options(Rule(server) with { Certificates = place }), TimeProvider.System);
        await client.PingAsync(None);
        using var strict = new RegistryClient($"localhost:{server.Port}", Options(), TimeProvider.System);
        Assert.Equal("registry-tls", (await Assert.ThrowsAsync<DiagnosticException>(() => strict.PingAsync(None))).Diagnostics[0].Code);
        using var missing = new RegistryClient($"localhost:{server.Port}", Options(Rule(server) with { Certificates = _folder["none"] }), TimeProvider.System);
        Assert.Equal("bad-certificate", (await Assert.ThrowsAsync<DiagnosticException>(() => missing.PingAsync(None))).Diagnostics[0].Code);
    }

    [Theory]
    [InlineData("ca")]
    [InlineData("insecure")]
    public async Task Trust_in_a_registry_is_none_in_the_host_it_redirects_to(string trust)
    {
        using var second = new TlsServer(_authority, _ => TlsServer.Answer("200 OK", "Content-Type: application/vnd.oci.image.manifest.v1+json\r\n", "{}"));
        using var first = new TlsServer(_authority, request =>
            request.Path == "/v2/" ? TlsServer.Answer("200 OK", body: "{}") : TlsServer.Answer("307 Temporary Redirect", $"Location: https://127.0.0.1:{second.Port}{request.Path}\r\n"));
        using var client = new RegistryClient($"localhost:{first.Port}", Options(Trusting(first, trust)), TimeProvider.System);
        await client.PingAsync(None);
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => client.TryGetManifestAsync("astro/nebula", "1", None));
        Assert.Equal("registry-tls", e.Diagnostics[0].Code);
        Assert.Contains($"127.0.0.1:{second.Port}", e.Diagnostics[0].Message);
        Assert.Contains("leads to 127.0.0.1", e.Diagnostics[0].Help);
        Assert.Equal(0, second.Served);
    }

    [Theory]
    [InlineData("ca")]
    [InlineData("insecure")]
    public async Task Trust_in_a_registry_is_none_in_its_token_server_which_gets_no_login_then(string trust)
    {
        using var tokens = new TlsServer(_authority, _ => TlsServer.Answer("200 OK", body: """{"token":"x"}"""));
        using var first = new TlsServer(_authority, _ => TlsServer.Answer("401 Unauthorized", $"WWW-Authenticate: Bearer realm=\"https://127.0.0.1:{tokens.Port}/token\"\r\n"));
        RegistryCredentials ada = RegistryCredentials.Of($"localhost:{first.Port}", new RegistryLogin("ada", "secret"));
        using var client = new RegistryClient($"localhost:{first.Port}", Options(Trusting(first, trust)) with { Credentials = ada }, TimeProvider.System);
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => client.TryGetManifestAsync("astro/nebula", "1", None));
        Assert.Equal("registry-tls", e.Diagnostics[0].Code);
        Assert.Contains("127.0.0.1", e.Diagnostics[0].Message);
        Assert.Equal(0, tokens.Served);
    }

    private RegistryRule Trusting(TlsServer server, string trust)
    {
        File.WriteAllText(_folder["ca.crt"], _authority.Pem);
        return trust == "ca" ? Rule(server) with { Certificates = _folder["ca.crt"] } : Rule(server) with { IsInsecure = true };
    }

    private static RegistryRule Rule(TlsServer server) => new($"localhost:{server.Port}", new ConfigMark(new SourceText("/x/config.yml", "x"), default));

    private RegistryOptions Options(RegistryRule? rule = null) => new()
    {
        CertificateFolders = [_folder.Path],
        Http = new HttpPolicyOptions { BaseDelay = TimeSpan.FromMilliseconds(1), MaxDelay = TimeSpan.FromMilliseconds(5) },
        Policy = new(new RegistryPolicy(rule is null ? [] : [rule])),
    };
}
