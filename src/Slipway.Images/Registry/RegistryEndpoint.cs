using System.Net;
using Slipway.Images.Model;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Registry;

/// <summary>Where a registry's API is, and how safely it must be spoken to.</summary>
/// <param name="Registry">The registry as references name it.</param>
/// <param name="Authority"><c>host[:port]</c> of the API.</param>
/// <param name="IsLoopback">Whether it is on this machine; then plain HTTP is as good as TLS.</param>
/// <param name="IsInsecure">Whether the user named it as insecure.</param>
internal sealed record RegistryEndpoint(string Registry, string Authority, bool IsLoopback, bool IsInsecure)
{
    private const string DockerHub = "registry-1.docker.io";

    /// <summary>The host without the port.</summary>
    public string Host => new Uri("http://" + Authority).Host;

    public bool AllowsPlainHttp => IsLoopback || IsInsecure;

    public static RegistryEndpoint Of(RegistryPlace place, RegistryOptions options)
    {
        string registry = place.Registry;
        string authority = registry == ImageReference.DefaultRegistry ? DockerHub : registry;
        string host = new Uri("http://" + authority).Host;
        bool loopback = host == "localhost" || (IPAddress.TryParse(host.Trim('[', ']'), out IPAddress? address) && IPAddress.IsLoopback(address));
        bool insecure = place.IsInsecure || options.InsecureRegistries.Any(name =>
            string.Equals(name, authority, StringComparison.OrdinalIgnoreCase) || string.Equals(name, host, StringComparison.OrdinalIgnoreCase));
        return new RegistryEndpoint(registry, authority, loopback, insecure);
    }

    public Uri Root(string scheme) => new($"{scheme}://{Authority}/");
}
