using System.Diagnostics;
using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using System.Text.RegularExpressions;

namespace Slipway.Testing.Registry;

/// <summary>Debian's docker-registry on a free loopback port, its files in a temporary folder.</summary>
public sealed class DockerRegistry : IDisposable
{
    private readonly TemporaryFolder _folder = new();
    private readonly Process _process;

    private DockerRegistry(Process process, TemporaryFolder folder, string host) => (_process, _folder, Host) = (process, folder, host);

    /// <summary><c>127.0.0.1:PORT</c>.</summary>
    public string Host { get; }

    /// <summary>The folder of the blobs: <c>sha256/ab/ab…/data</c>.</summary>
    public string BlobFolder => Path.Combine(_folder.Path, "docker/registry/v2/blobs");

    /// <summary>Starts one, or null when it is not installed.</summary>
    public static Task<DockerRegistry?> TryStartAsync(CancellationToken cancellationToken) => TryStartAsync(withTls: false, cancellationToken);

    /// <summary>As the other; with TLS it has a certificate that nobody trusts.</summary>
    public static async Task<DockerRegistry?> TryStartAsync(bool withTls, CancellationToken cancellationToken)
    {
        if (Tool.Find("docker-registry") is not { } program)
        {
            return null;
        }

        var folder = new TemporaryFolder();
        string config = folder["config.yml"], tls = withTls ? WriteCertificate(folder) : "";
        await File.WriteAllTextAsync(
            config,
            $"{{version: 0.1, log: {{level: info, accesslog: {{disabled: true}}}}, storage: {{filesystem: {{rootdirectory: '{folder.Path}'}}}}, http: {{addr: '127.0.0.1:0'{tls}}}}}",
            cancellationToken);
        Process process = Process.Start(new ProcessStartInfo(program, ["serve", config]) { RedirectStandardError = true, RedirectStandardOutput = true })!;
        try
        {
            string host = await ReadHostAsync(process, cancellationToken);
            _ = process.StandardError.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            _ = process.StandardOutput.BaseStream.CopyToAsync(Stream.Null, CancellationToken.None);
            return new DockerRegistry(process, folder, host);
        }
        catch
        {
            process.Kill();
            throw;
        }
    }

    public void Dispose()
    {
        _process.Kill();
        _process.WaitForExit();
        _process.Dispose();
        _folder.Dispose();
    }

    private static string WriteCertificate(TemporaryFolder folder)
    {
        using var key = ECDsa.Create(ECCurve.NamedCurves.nistP256);
        var names = new SubjectAlternativeNameBuilder();
        names.AddIpAddress(System.Net.IPAddress.Loopback);
        var request = new CertificateRequest("CN=test", key, HashAlgorithmName.SHA256);
        request.CertificateExtensions.Add(names.Build());
        using X509Certificate2 certificate = request.CreateSelfSigned(DateTimeOffset.UtcNow.AddDays(-1), DateTimeOffset.UtcNow.AddDays(1));
        File.WriteAllText(folder["cert.pem"], certificate.ExportCertificatePem());
        File.WriteAllText(folder["key.pem"], key.ExportPkcs8PrivateKeyPem());
        return $", tls: {{certificate: '{folder["cert.pem"]}', key: '{folder["key.pem"]}'}}";
    }

    private static async Task<string> ReadHostAsync(Process process, CancellationToken cancellationToken)
    {
        var said = new List<string>();
        while (await process.StandardError.ReadLineAsync(cancellationToken) is { } line)
        {
            said.Add(line);
            if (Regex.Match(line, @"listening on (127\.0\.0\.1:\d+)") is { Success: true } match)
            {
                return match.Groups[1].Value;
            }
        }

        throw new InvalidOperationException("docker-registry did not start: " + string.Join('\n', said));
    }
}
