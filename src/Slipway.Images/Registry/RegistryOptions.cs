using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Registry;

/// <summary>What the user decided about registries.</summary>
public sealed record RegistryOptions
{
    /// <summary><c>host[:port]</c> of registries that may be spoken to in plain HTTP or with a certificate nobody vouches for (<c>--insecure-registry</c>).</summary>
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    /// <summary>User names and passwords by registry.</summary>
    public RegistryCredentials Credentials { get; init; } = RegistryCredentials.None;

    /// <summary>Where certificates of registries lie, as docker and podman have them: <c>HOST[:PORT]/*.crt</c>, <c>*.cert</c>, <c>*.key</c>.</summary>
    public IReadOnlyList<string> CertificateFolders { get; init; } = ["/etc/containers/certs.d", "/etc/docker/certs.d"];

    /// <summary>How many blobs are on their way at once.</summary>
    public int ParallelTransfers { get; init; } = 4;

    public HttpPolicyOptions Http { get; init; } = new();

    /// <summary>Mirrors, other locations and what is blocked; looked at when a registry is first needed. Reading it may throw a <see cref="DiagnosticException"/>.</summary>
    public Lazy<RegistryPolicy> Policy { get; init; } = new(RegistryPolicy.Empty);

    /// <summary>Hears of mirrors that failed, each trouble once.</summary>
    public Action<Diagnostic> Warn { get; init; } = static _ => { };

    /// <summary>The folders of certificates: the user's own, then the machine's.</summary>
    public static IReadOnlyList<string> CertificateFoldersOf(Func<string, string?> environment)
    {
        string? settings = environment("XDG_CONFIG_HOME") is { Length: > 0 } chosen ? chosen
            : environment("HOME") is { Length: > 0 } home ? Path.Combine(home, ".config") : null;
        return [.. settings is null ? (string[])[] : [Path.Combine(settings, "containers", "certs.d")], .. new RegistryOptions().CertificateFolders];
    }
}
