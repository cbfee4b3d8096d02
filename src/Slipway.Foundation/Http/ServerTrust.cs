using System.Net.Security;
using System.Security.Cryptography.X509Certificates;

namespace Slipway.Foundation.Http;

/// <summary>
/// What the user decided about one host's TLS. It holds for that host alone: a registry with a certificate of its own may redirect to, or name as its token
/// server, another host, and that one must have a certificate everybody trusts.
/// </summary>
/// <param name="Host">The host, without port.</param>
public sealed record ServerTrust(string Host)
{
    /// <summary>Take any certificate: the user named the host as insecure.</summary>
    public bool AcceptsAny { get; init; }

    /// <summary>Authorities that vouch for the host besides those of the system.</summary>
    public X509Certificate2Collection Authorities { get; init; } = [];

    /// <summary>What this program shows when the host asks who it is.</summary>
    public X509Certificate2Collection Own { get; init; } = [];

    /// <summary>Sets up the checks of a connection.</summary>
    internal void Apply(SslClientAuthenticationOptions options)
    {
        if (AcceptsAny || Authorities.Count > 0)
        {
            options.RemoteCertificateValidationCallback = (sender, certificate, chain, errors) =>
                errors == SslPolicyErrors.None || (sender is SslStream stream && IsHost(stream.TargetHostName) && Accepts(certificate, chain, errors));
        }

        if (Own.Count > 0)
        {
            options.LocalCertificateSelectionCallback = (_, host, _, _, _) => IsHost(host) ? Own[0] : null!;
        }
    }

    private bool IsHost(string name) => string.Equals(name.Trim('[', ']'), Host.Trim('[', ']'), StringComparison.OrdinalIgnoreCase);

    private bool Accepts(X509Certificate? certificate, X509Chain? sent, SslPolicyErrors errors)
    {
        if (AcceptsAny)
        {
            return true;
        }

        // Another name or no certificate at all is wrong whoever vouches for it.
        if (errors != SslPolicyErrors.RemoteCertificateChainErrors || certificate is not X509Certificate2 leaf)
        {
            return false;
        }

        using var chain = new X509Chain();
        chain.ChainPolicy.TrustMode = X509ChainTrustMode.CustomRootTrust;
        chain.ChainPolicy.RevocationMode = X509RevocationMode.NoCheck; // as for the system's authorities; private ones seldom publish lists
        chain.ChainPolicy.CustomTrustStore.AddRange(Authorities);
        foreach (X509ChainElement element in sent?.ChainElements ?? Enumerable.Empty<X509ChainElement>())
        {
            chain.ChainPolicy.ExtraStore.Add(element.Certificate);
        }

        return chain.Build(leaf);
    }
}
