using Slipway.Foundation.Text;
using Slipway.Images.Configuration;
using Slipway.Images.Registry.Policy;
using Slipway.Testing;

namespace Slipway.Images.Tests.Configuration;

public sealed class ConfigTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Theory]
    [InlineData("""
        registries:
          - prefix: docker.io
            location: hub.example:5000/hub
            mirrors:
              - location: mirror.example/hub
                insecure: true
                ca: certs/ca.crt
                pull-from: digest-only
              - other.example
          - prefix: "*.bad.example"
            blocked: true
        store: { keep: 50GB }
        """)]
    [InlineData("""
        # the same as a map
        registries:
          docker.io:
            location: hub.example:5000/hub
            mirrors: [ { location: mirror.example/hub, insecure: true, ca: ./certs/ca.crt, pull-from: "digest-only" }, other.example ]
          '*.bad.example': { blocked: true }
        store:
          keep: "50 GB"
        """)]
    public void Registries_are_a_list_or_a_map(string text)
    {
        SlipwayConfig config = Read(text);
        Assert.Equal(["docker.io", "*.bad.example"], config.Registries.Rules.Select(rule => rule.Prefix));
        RegistryRule hub = config.Registries.Rules[0];
        Assert.Equal("hub.example:5000/hub", hub.Location);
        Assert.Equal(["mirror.example/hub", "other.example"], hub.Mirrors.Select(mirror => mirror.Location));
        Assert.Equal((true, PullFrom.DigestOnly, _folder["certs/ca.crt"]), (hub.Mirrors[0].IsInsecure, hub.Mirrors[0].PullFrom, hub.Mirrors[0].Certificates));
        Assert.Equal((false, PullFrom.All, null), (hub.Mirrors[1].IsInsecure, hub.Mirrors[1].PullFrom, hub.Mirrors[1].Certificates));
        Assert.True(config.Registries.Rules[1].IsBlocked);
        Assert.Equal(50L << 30, config.Keep!.On(1));
    }

    [Theory]
    [InlineData("registrys: {}", "1:1", "unknown-key", "did you mean 'registries'?")]
    [InlineData("registries:\n  docker.io:\n    mirors: [a.b]", "3:5", "unknown-key", "did you mean 'mirrors'?")]
    [InlineData("registries:\n  docker.io:\n    mirrors:\n      - location: a.b\n        pullfrom: all", "5:9", "unknown-key", "did you mean 'pull-from'?")]
    [InlineData("registries:\n  docker.io:\n    mirrors:\n      - location: a.b\n        pull-from: digests", "5:20", "bad-value", "leave it away for all")]
    [InlineData("registries:\n  docker.io:\n    mirrors:\n      - location: a.b\n        pull-from: digest_only", "5:20", "bad-value", "did you mean 'digest-only'?")]
    [InlineData("registries:\n  docker.io: { insecure: yes }", "2:26", "bad-value", "write true or false")]
    [InlineData("registries:\n  docker.io: { blocked: [] }", "2:16", "wrong-kind", "write blocked: and true or false")]
    [InlineData("registries:\n  docker.io: { mirrors: a.b }", "2:16", "wrong-kind", "write mirrors: and a list")]
    [InlineData("registries:\n  docker.io: { mirrors: [ [] ] }", "2:27", "wrong-kind", "write host[:port][/path], or a map with location:")]
    [InlineData("registries:\n  docker.io: { mirrors: [ { insecure: true } ] }", "2:27", "missing-key", "add location: host[:port][/path]")]
    [InlineData("registries:\n  docker.io: mirror.example", "2:3", "wrong-kind", "write a map with keys such as mirrors, location or blocked")]
    [InlineData("registries: docker.io", "1:13", "wrong-kind", "write the prefix of the names and a colon: docker.io:")]
    [InlineData("registries:\n  - blocked: true", "2:5", "missing-key", "add the beginning of the names it is for: prefix: docker.io")]
    [InlineData("registries:\n  a.b: {}\n  a.b: {}", "3:3", "duplicate-prefix", "join the two")]
    [InlineData("registries: {}\nregistries: {}", "2:1", "duplicate-key", "keep one of them")]
    [InlineData("registries:\n  https://a.b/: {}", "2:3", "bad-prefix", "write a.b")]
    [InlineData("registries:\n  a.b: { location: 'http://c.d:5000' }", "2:20", "bad-location", "write c.d:5000 and insecure: true")]
    [InlineData("registries:\n  a.b/: {}", "2:3", "bad-prefix", "write a.b")]
    [InlineData("registries:\n  a.b/c:1: {}", "2:3", "bad-prefix", "write a.b/c")]
    [InlineData("registries:\n  ubuntu: {}", "2:3", "bad-prefix", "write docker.io/library/ubuntu")]
    [InlineData("registries:\n  a.*.b: {}", "2:3", "bad-prefix", "a star may only be the first part of the host: *.example.org")]
    [InlineData("registries:\n  a.b: { location: '*.c.d' }", "2:20", "bad-location", "write host[:port][/path]")]
    [InlineData("registries:\n  a.b/UPPER: {}", "2:3", "bad-prefix", "write host[:port] or host[:port]/path, in small letters")]
    [InlineData("store:\n  keep: much", "2:9", "bad-size", "write a size such as 50GB, a share of the disk such as 20%, or off")]
    [InlineData("store:\n  keep: 120%", "2:9", "bad-size", "write a size such as 50GB, a share of the disk such as 20%, or off")]
    [InlineData("store: 50GB", "1:8", "wrong-kind", "write store: { keep: 50GB }")]
    [InlineData("- a", "1:1", "wrong-kind", "begin with registries:")]
    public void A_mistake_is_told_with_place_and_advice(string text, string place, string code, string help)
    {
        Diagnostic problem = Assert.Single(Assert.Throws<DiagnosticException>(() => Read(text)).Diagnostics);
        Assert.Equal((place, code, help), ($"{problem.Position!.Value.Line}:{problem.Position.Value.Column}", problem.Code, problem.Help));
        Assert.Equal(_folder["config.yml"], problem.Source!.Path);
    }

    [Theory]
    [InlineData("registries:\n  a.b: [")]
    [InlineData("registries:\n\tx: 1")]
    [InlineData("registries: &a {}\nstore: *b")]
    [InlineData("a: b\n---\nc: d")]
    [InlineData("registries: \"x")]
    [InlineData("[a, b]: c")]
    public void What_is_no_YAML_is_told_with_its_place(string text)
    {
        Diagnostic problem = Assert.Throws<DiagnosticException>(() => Read(text)).Diagnostics[0];
        Assert.Equal("bad-yaml", problem.Code);
        Assert.NotNull(problem.Position);
    }

    [Fact]
    public void All_mistakes_are_told_at_once_in_both_files()
    {
        File.WriteAllText(_folder["other.yml"], "stoer: {}\n");
        File.WriteAllText(_folder["config.yml"], "registries:\r\n  a.b: { insecure: maybe, blokced: true }\r\n  c.d: 1\r\nstore: { keep: x }\r\n");
        DiagnosticException e = Assert.Throws<DiagnosticException>(
            () => SlipwayConfig.Read([new ConfigPlace(_folder["config.yml"], false), new ConfigPlace(_folder["other.yml"], false)]));
        Assert.Equal(["2:27", "2:20", "3:3", "4:16", "1:1"],
            [.. e.Diagnostics.Select(problem => $"{problem.Position!.Value.Line}:{problem.Position.Value.Column}").OrderBy(place => place == "1:1").ThenBy(place => place[0]).ThenByDescending(place => place)]);
    }

    [Fact]
    public void The_users_word_wins_over_the_machines()
    {
        File.WriteAllText(_folder["machine.yml"], "registries: { a.b: { blocked: true }, c.d: { blocked: true } }\nstore: { keep: 1g }\n");
        File.WriteAllText(_folder["user.yml"], "registries: { a.b: { insecure: true } }\nstore: { keep: 25% }\n");
        SlipwayConfig config = SlipwayConfig.Read([new ConfigPlace(_folder["user.yml"], true), new ConfigPlace(_folder["machine.yml"], false)]);
        Assert.False(config.Registries.Find("a.b/x")!.IsBlocked);
        Assert.True(config.Registries.Find("c.d/x")!.IsBlocked);
        Assert.Equal(250, config.Keep!.On(1000));
    }

    [Theory]
    [InlineData("")]
    [InlineData("# nothing\n")]
    [InlineData("---\n")]
    [InlineData("registries:\nstore:\n")]
    [InlineData("\uFEFFregistries: {}\n")]
    public void An_empty_file_says_nothing(string text) => Assert.Empty(Read(text).Registries.Rules);

    [Fact]
    public void A_file_that_is_not_there_is_a_mistake_only_when_it_was_chosen()
    {
        Assert.Empty(SlipwayConfig.Read([new ConfigPlace(_folder["none/config.yml"], false)]).Registries.Rules);
        DiagnosticException e = Assert.Throws<DiagnosticException>(() => SlipwayConfig.Read([new ConfigPlace(_folder["none.yml"], true)]));
        Assert.Equal("config-unreadable", e.Diagnostics[0].Code);
    }

    [Fact]
    public void The_places_are_the_users_then_the_machines()
    {
        Assert.Equal(["/x/slipway/config.yml", "/etc/slipway/config.yml"], Places(("XDG_CONFIG_HOME", "/x"), ("HOME", "/h")));
        Assert.Equal(["/h/.config/slipway/config.yml", "/etc/slipway/config.yml"], Places(("HOME", "/h")));
        Assert.Equal(["/c.yml", "/etc/slipway/config.yml"], Places(("SLIPWAY_CONFIG", "/c.yml"), ("HOME", "/h")));
        Assert.Equal(["/etc/slipway/config.yml"], Places());
    }

    [Fact]
    public void Aliases_share_and_deep_nesting_is_refused()
    {
        SlipwayConfig config = Read("registries:\n  a.b: &m { mirrors: [c.d] }\n  e.f: *m\n");
        Assert.Equal("c.d", config.Registries.Find("e.f/x")!.Mirrors[0].Location);
        Assert.Contains("nested", Assert.Throws<DiagnosticException>(() => Read(new string('[', 5000) + new string(']', 5000))).Message);
    }

    private static IEnumerable<string> Places(params (string Name, string Value)[] environment) =>
        ConfigPlace.Of(name => environment.FirstOrDefault(pair => pair.Name == name).Value).Select(place => place.Path);

    private SlipwayConfig Read(string text)
    {
        File.WriteAllText(_folder["config.yml"], text);
        return SlipwayConfig.Read([new ConfigPlace(_folder["config.yml"], IsChosen: false)]);
    }
}
