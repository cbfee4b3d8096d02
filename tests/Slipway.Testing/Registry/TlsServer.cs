using System.Net;
using System.Net.Security;
using System.Net.Sockets;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text;

namespace Slipway.Testing.Registry;

/// <summary>A small HTTPS server on a free loopback port, with a certificate of its own authority for <c>localhost</c> and <c>127.0.0.1</c>; one request a connection.</summary>
public sealed class TlsServer : IDisposable
{
    private readonly TcpListener _listener = new(IPAddress.Loopback, 0);
    private readonly TestAuthority _authority;
    private readonly X509Certificate2 _certificate;
    private readonly Func<TlsRequest, string> _answer;
    private readonly bool _wantsClient;

    /// <param name="authority">Who vouches for it, and, if it wants one, for the client's certificate.</param>
    /// <param name="answer">The whole answer to a request.</param>
    /// <param name="wantsClient">Whether clients must show a certificate of the authority.</param>
    public TlsServer(TestAuthority authority, Func<TlsRequest, string> answer, bool wantsClient = false)
    {
        (_authority, _answer, _wantsClient) = (authority, answer, wantsClient);
        _certificate = authority.Issue("server");
        _listener.Start();
        _ = Task.Run(ServeAsync);
    }

    public int Port => ((IPEndPoint)_listener.LocalEndpoint).Port;

    /// <summary>How many connections came as far as a request.</summary>
    public int Served { get; private set; }

    /// <summary>An answer with a status, headers (each with its line end) and a body.</summary>
    public static string Answer(string status, string headers = "", string body = "") =>
        $"HTTP/1.1 {status}\r\n{headers}Content-Length: {Encoding.UTF8.GetByteCount(body)}\r\nConnection: close\r\n\r\n{body}";

    public void Dispose()
    {
        _listener.Dispose();
        _certificate.Dispose();
    }

    private async Task ServeAsync()
    {
        while (true)
        {
            TcpClient client;
            try
            {
                client = await _listener.AcceptTcpClientAsync();
            }
            catch (Exception e) when (e is SocketException or ObjectDisposedException)
            {
                return;
            }

            _ = Task.Run(() => HandleAsync(client));
        }
    }

    private async Task HandleAsync(TcpClient client)
    {
        using (client)
        await using (var tls = new SslStream(client.GetStream()))
        {
            try
            {
                await tls.AuthenticateAsServerAsync(new SslServerAuthenticationOptions
                {
                    ServerCertificate = _certificate,
                    ClientCertificateRequired = _wantsClient,
                    RemoteCertificateValidationCallback = (_, shown, _, _) => !_wantsClient || (shown is X509Certificate2 own && _authority.HasIssued(own)),
                });
                using var reader = new StreamReader(tls, Encoding.ASCII, leaveOpen: true);
                List<string> lines = [];
                while (await reader.ReadLineAsync() is { Length: > 0 } line)
                {
                    lines.Add(line);
                }

                if (lines.Count > 0)
                {
                    Served++;
                    await tls.WriteAsync(Encoding.UTF8.GetBytes(_answer(new TlsRequest(lines))));
                }
            }
            catch (Exception e) when (e is IOException or System.Security.Authentication.AuthenticationException)
            {
                // The client does not trust this server, or is not trusted: what tests are about.
            }
        }
    }
}

/// <summary>The lines of a request's head.</summary>
public sealed record TlsRequest(IReadOnlyList<string> Lines)
{
    public string Path => Lines[0].Split(' ')[1];

    public string? Authorization => Lines.FirstOrDefault(line => line.StartsWith("Authorization:", StringComparison.OrdinalIgnoreCase))?[14..].Trim();
}

/// <summary>An authority that only a test trusts.</summary>
public sealed class TestAuthority : IDisposable
{
    private readonly ECDsa _key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
    private readonly X509Certificate2 _certificate;

    public TestAuthority()
    {
        var request = new CertificateRequest("CN=authority of a test", _key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(new X509BasicConstraintsExtension(true, false, 0, true));
        _certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(2));
    }

    /// <summary>The authority's certificate.</summary>
    public string Pem => _certificate.ExportCertificatePem();

    /// <summary>A certificate with its key, for this machine's names.</summary>
    public X509Certificate2 Issue(string name)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddDnsName("localhost");
        names.AddIpAddress(IPAddress.Loopback);
        var request = new CertificateRequest($"CN={name}", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 signed = request.Create(_certificate, DateTimeOffset.UtcNow.AddHours(-1), DateTimeOffset.UtcNow.AddDays(1), RandomNumberGenerator.GetBytes(8));
        return X509Certificate2.CreateFromPem(signed.ExportCertificatePem(), key.ExportPkcs8PrivateKeyPem());
    }

    public bool HasIssued(X509Certificate2 certificate)
    {
        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck;
        chain.ChainPolicy.CustomTrustStore.Add(_certificate);
        return chain.Build(certificate);
    }

    public void Dispose()
    {
        _certificate.Dispose();
        _key.Dispose();
    }
}
