using Slipway.Foundation.Http;

namespace Slipway.Images.Registry;

/// <summary>What the user decided about registries.</summary>
public sealed record RegistryOptions
{
    /// <summary><c>host[:port]</c> of registries that may be spoken to in plain HTTP or with a certificate nobody vouches for (<c>--insecure-registry</c>).</summary>
    public IReadOnlyList<string> InsecureRegistries { get; init; } = [];

    /// <summary>User names and passwords by registry.</summary>
    public RegistryCredentials Credentials { get; init; } = RegistryCredentials.None;

    /// <summary>How many blobs are on their way at once.</summary>
    public int ParallelTransfers { get; init; } = 4;

    public HttpPolicyOptions Http { get; init; } = new();
}
