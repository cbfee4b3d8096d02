using System.Net;
using Slipway.Foundation.Http;

namespace Slipway.Foundation.Tests.Http;

public sealed class EnvironmentProxyTests
{
    [Theory]
    [InlineData("r.test", "https://r.test/v2/", true)]
    [InlineData("r.test", "https://a.r.test/v2/", true)]
    [InlineData("r.test", "https://ar.test/v2/", false)]
    [InlineData(".r.test", "https://a.r.test/", true)]
    [InlineData(".r.test", "https://r.test/", false)]
    [InlineData("*.r.test", "https://a.r.test/", true)]
    [InlineData("r.test:5000", "https://r.test:5000/", true)]
    [InlineData("r.test:5000", "https://r.test/", false)]
    [InlineData("x, 10.0.0.0/8", "https://10.2.3.4/", true)]
    [InlineData("10.0.0.0/8", "https://11.2.3.4/", false)]
    [InlineData("10.0.0.0/8", "https://r.test/", false)]
    [InlineData("fd00::/8", "https://[fd00::1]:5000/", true)]
    [InlineData("10.1.2.3", "https://10.1.2.3:5000/", true)]
    [InlineData("*", "https://r.test/", true)]
    [InlineData("", "https://localhost:5000/", true)]
    [InlineData("", "https://r.test/", false)]
    public void No_proxy_names_hosts_domains_ports_and_ranges(string noProxy, string address, bool direct)
    {
        var proxy = new EnvironmentProxy(name => name switch { "no_proxy" => noProxy, "HTTPS_PROXY" => "p.test:3128", _ => null });
        Assert.Equal(direct, proxy.IsBypassed(new Uri(address)));
        Assert.Equal(direct ? null : new Uri("http://p.test:3128"), proxy.GetProxy(new Uri(address)));
    }

    [Fact]
    public void Each_scheme_has_its_proxy_and_small_letters_win()
    {
        var proxy = new EnvironmentProxy(name => name switch { "https_proxy" => "http://small.test:1", "HTTPS_PROXY" => "http://big.test:2", "ALL_PROXY" => "http://all.test:3", _ => null });
        Assert.Equal("small.test", proxy.GetProxy(new Uri("https://r.test"))?.Host);
        Assert.Equal("all.test", proxy.GetProxy(new Uri("http://r.test"))?.Host);
    }

    [Fact]
    public void The_login_in_a_proxys_address_goes_to_that_proxy_only()
    {
        var proxy = new EnvironmentProxy(name => name == "https_proxy" ? "http://ada:s%40cret@p.test:3128" : null);
        NetworkCredential? login = proxy.Credentials!.GetCredential(new Uri("http://p.test:3128"), "Basic");
        Assert.Equal(("ada", "s@cret"), (login?.UserName, login?.Password));
        Assert.Null(proxy.Credentials.GetCredential(new Uri("http://q.test:3128"), "Basic"));
    }
}
