using Slipway.Foundation.Text;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Tests.Registry;

/// <summary>Which rule covers a name, and what it makes of it; the examples of containers-registries.conf(5) among them.</summary>
public sealed class RegistryPolicyTests
{
    [Theory]
    [InlineData("example.com", "example.com/a/b", true)]
    [InlineData("example.com", "example.com", true)]
    [InlineData("example.com", "EXAMPLE.com/a", true)]
    [InlineData("example.com", "example.com:5000/a", false)]
    [InlineData("example.com", "example.community/a", false)]
    [InlineData("example.com:5000", "example.com:5000/a", true)]
    [InlineData("example.com/foo", "example.com/foo/bar", true)]
    [InlineData("example.com/foo", "example.com/foo", true)]
    [InlineData("example.com/foo", "example.com/foobar", false)]
    [InlineData("example.com/foo/bar", "example.com/foo", false)]
    [InlineData("docker.io", "docker.io/library/ubuntu", true)]
    [InlineData("*.example.com", "a.example.com/x", true)]
    [InlineData("*.example.com", "b.a.example.com/x", true)]
    [InlineData("*.example.com", "a.example.com:5000/x", true)]
    [InlineData("*.example.com", "example.com/x", false)]
    [InlineData("*.example.com", "badexample.com/x", false)]
    [InlineData("*.example.com", "evil.org/a.example.com/x", false)]
    [InlineData("*.example.com", "a.example.com.evil.org/x", false)]
    [InlineData("*.example.com:80", "a.example.com:80/x", true)]
    [InlineData("*.example.com:80", "a.example.com:81/x", false)]
    [InlineData("*.example.com/team", "a.example.com/team/x", true)]
    [InlineData("*.example.com/team", "a.example.com/teams/x", false)]
    public void A_prefix_covers_whole_parts_of_names(string prefix, string name, bool covers) =>
        Assert.Equal(covers, RegistryPrefix.Match(prefix, name) >= 0);

    [Fact]
    public void The_longest_prefix_wins_and_of_equals_the_first()
    {
        var policy = new RegistryPolicy([Rule("example.com"), Rule("example.com/a/b"), Rule("example.com/a"), Rule("*.com")]);
        Assert.Equal("example.com/a/b", policy.Find("example.com/a/b/c")!.Prefix);
        Assert.Equal("example.com/a", policy.Find("example.com/a/c")!.Prefix);
        Assert.Equal("example.com", policy.Find("example.com/x")!.Prefix);
        Assert.Equal("*.com", policy.Find("other.com/x")!.Prefix);
        Assert.Null(policy.Find("example.org/x"));
    }

    [Theory]
    [InlineData("example.com", "mirror.org", "example.com/a/b", "mirror.org", "a/b")]
    [InlineData("example.com/a", "mirror.org", "example.com/a/b", "mirror.org", "b")]
    [InlineData("example.com/a", "mirror.org:5000/x/y", "example.com/a/b", "mirror.org:5000", "x/y/b")]
    [InlineData("example.com/a/b", "mirror.org/c", "example.com/a/b", "mirror.org", "c")]
    [InlineData("docker.io", "mirror.org/hub", "docker.io/library/ubuntu", "mirror.org", "hub/library/ubuntu")]
    [InlineData("docker.io/library", "mirror.org", "docker.io/library/ubuntu", "mirror.org", "ubuntu")]
    [InlineData("*.example.com", "mirror.org/all", "a.example.com:5000/x", "mirror.org", "all/x")]
    [InlineData("mirror.org", "docker.io", "mirror.org/team/app", "docker.io", "team/app")]
    public void A_location_takes_the_prefixs_place(string prefix, string location, string name, string registry, string repository)
    {
        RegistryRoute route = Route(name, Rule(prefix) with { Location = location, Mirrors = [new RegistryMirror(location, Mark)] });
        Assert.Equal((registry, repository), (route.Origin.Registry, route.Origin.Repository));
        Assert.Equal((registry, repository), (route.Mirrors[0].Registry, route.Mirrors[0].Repository));
    }

    [Fact]
    public void Without_a_location_a_name_stays()
    {
        RegistryRoute route = Route("a.example.com:5000/x", Rule("*.example.com") with { IsInsecure = true });
        Assert.Equal(("a.example.com:5000", "x", true), (route.Origin.Registry, route.Origin.Repository, route.Origin.IsInsecure));
    }

    [Fact]
    public void A_location_that_leaves_no_repository_is_told_with_its_place()
    {
        DiagnosticException e = Assert.Throws<DiagnosticException>(() => Route("example.com/a", Rule("example.com/a") with { Location = "mirror.org" }));
        Assert.Equal("bad-location", e.Diagnostics[0].Code);
        Assert.NotNull(e.Diagnostics[0].Position);
    }

    [Fact]
    public void What_is_said_of_a_host_holds_also_when_it_is_a_mirror()
    {
        var policy = new RegistryPolicy(
        [
            Rule("example.com") with { IsInsecure = true, Mirrors = [new RegistryMirror("m.org", Mark), new RegistryMirror("n.org", Mark) { Certificates = "/n" }] },
            Rule("m.org") with { IsInsecure = true, Certificates = "/m" },
            Rule("n.org") with { IsBlocked = true, Certificates = "/other" },
        ]);
        RegistryRoute route = policy.RouteOf("example.com", "x");
        Assert.Equal((true, "/m"), (route.Mirrors[0].IsInsecure, route.Mirrors[0].Certificates));
        Assert.Equal((false, "/n"), (route.Mirrors[1].IsInsecure, route.Mirrors[1].Certificates));
        Assert.Equal("n.org", route.Mirrors[1].BlockedBy!.Prefix);
        Assert.Null(route.Origin.BlockedBy);
    }

    private static ConfigMark Mark { get; } = new(new SourceText("/x/config.yml", "x\n"), new TextSpan(0, 1));

    private static RegistryRule Rule(string prefix) => new(prefix, Mark);

    private static RegistryRoute Route(string name, RegistryRule rule)
    {
        (string registry, string path) = RegistryPrefix.Split(name);
        return new RegistryPolicy([rule]).RouteOf(registry, path[1..]);
    }
}
