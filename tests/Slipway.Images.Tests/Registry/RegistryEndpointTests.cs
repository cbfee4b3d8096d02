using Slipway.Images.Registry;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Tests.Registry;

public sealed class RegistryEndpointTests
{
    [Theory]
    [InlineData("docker.io", "registry-1.docker.io", false)]
    [InlineData("ghcr.test", "ghcr.test", false)]
    [InlineData("localhost", "localhost", true)]
    [InlineData("localhost:5000", "localhost:5000", true)]
    [InlineData("127.0.0.1:5000", "127.0.0.1:5000", true)]
    [InlineData("127.8.8.8:5000", "127.8.8.8:5000", true)]
    [InlineData("[::1]:5000", "[::1]:5000", true)]
    [InlineData("192.168.1.2:5000", "192.168.1.2:5000", false)]
    [InlineData("localhost.evil.test:5000", "localhost.evil.test:5000", false)]
    public void Only_this_machine_may_be_spoken_to_in_plain_HTTP_unasked(string registry, string authority, bool plain)
    {
        RegistryEndpoint endpoint = RegistryEndpoint.Of(new RegistryPlace(registry, ""), new RegistryOptions());
        Assert.Equal(authority, endpoint.Authority);
        Assert.Equal(plain, endpoint.AllowsPlainHttp);
    }

    [Theory]
    [InlineData("r.test:5000", true)]
    [InlineData("r.test", true)]
    [InlineData("R.TEST:5000", true)]
    [InlineData("r.test:5001", false)]
    [InlineData("other.test:5000", false)]
    public void An_insecure_registry_is_named_with_its_port_or_for_all_ports(string named, bool allowed) =>
        Assert.Equal(allowed, RegistryEndpoint.Of(new RegistryPlace("r.test:5000", ""), new RegistryOptions { InsecureRegistries = [named] }).AllowsPlainHttp);
}
