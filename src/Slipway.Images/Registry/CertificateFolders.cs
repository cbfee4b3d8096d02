using System.Security.Cryptography;
using System.Security.Cryptography.X509Certificates;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;

namespace Slipway.Images.Registry;

/// <summary>
/// The certificates that docker and podman keep for a registry in <c>certs.d/HOST[:PORT]</c>: <c>*.crt</c> are authorities,
/// <c>NAME.cert</c> with <c>NAME.key</c> is what this machine shows.
/// </summary>
internal static class CertificateFolders
{
    /// <summary>What the folders say about a registry.</summary>
    /// <param name="endpoint">The registry.</param>
    /// <param name="folders">The <c>certs.d</c> folders; those that are not there or not readable count as empty.</param>
    /// <param name="besides">A file of authorities, or a folder like those of a registry, that is read besides and must be there; or null.</param>
    /// <exception cref="DiagnosticException">A file in one is no certificate, or has no key.</exception>
    public static ServerTrust Read(RegistryEndpoint endpoint, IReadOnlyList<string> folders, string? besides = null)
    {
        X509Certificate2Collection authorities = [], own = [];
        if (besides is not null && !Directory.Exists(besides))
        {
            Add(besides, ".crt", authorities, own);
        }

        IEnumerable<string> all = folders.Select(folder => Path.Combine(folder, endpoint.Authority));
        foreach (string folder in (besides is null ? all : all.Append(besides)).Where(Directory.Exists))
        {
            foreach (string file in Directory.EnumerateFiles(folder).Order(StringComparer.Ordinal))
            {
                Add(file, Path.GetExtension(file) is ".pem" && folder == besides ? ".crt" : Path.GetExtension(file), authorities, own);
            }
        }

        return new ServerTrust(endpoint.Host) { AcceptsAny = endpoint.IsInsecure, Authorities = authorities, Own = own };
    }

    private static void Add(string file, string kind, X509Certificate2Collection authorities, X509Certificate2Collection own)
    {
        try
        {
            switch (kind)
            {
                case ".crt":
                    authorities.ImportFromPemFile(file);
                    break;
                case ".cert":
                    own.Add(X509Certificate2.CreateFromPemFile(file, Path.ChangeExtension(file, ".key")));
                    break;
            }
        }
        catch (Exception e) when (e is CryptographicException or IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException("bad-certificate", $"The certificate {file} cannot be used: {e.Message.TrimEnd('.')}.",
                "An authority is NAME.crt, a client's certificate NAME.cert beside its NAME.key, all in PEM.");
        }
    }
}
