using Slipway.Foundation.Text;
using Slipway.Images.Configuration;
using Slipway.Testing;

namespace Slipway.Images.Tests.Configuration;

public sealed class CondaSectionTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Everything_that_can_be_said_is_read()
    {
        CondaConfig conda = Read("""
            conda:
              channel_alias: https://conda.example.org/
              channels: [conda-forge, ./mine]
              default_channels: [https://conda.example.org/main]
              channel_priority: flexible
              channel_relations_max_depth: 0
              mirrors:
                https://conda.anaconda.org: [https://a.example/conda, https://b.example/conda]
                https://other.example/x/: https://a.example/other
              logins:
                a.example:8443: ada:s3cret
            """).Conda;
        Assert.Equal("https://conda.example.org/", conda.ChannelAlias!.AbsoluteUri);
        Assert.Equal(["conda-forge", "./mine"], conda.Channels);
        Assert.Equal(["https://conda.example.org/main"], conda.DefaultChannels);
        Assert.Equal("flexible", conda.ChannelPriority);
        Assert.Equal(0, conda.RelationDepth);
        Assert.Equal(["https://a.example/conda", "https://b.example/conda"], conda.Mirrors["https://conda.anaconda.org"].Select(m => m.AbsoluteUri));
        Assert.Equal("https://a.example/other", conda.Mirrors["https://other.example/x"].Single().AbsoluteUri);
        Assert.Equal("ada:s3cret", conda.Logins["a.example:8443"]);
    }

    [Fact]
    public void The_users_file_goes_over_the_machines_key_by_key()
    {
        CondaConfig conda = Read(
            "conda: { channels: [mine], mirrors: { https://a.example: https://b.example } }",
            "conda: { channels: [theirs], channel_priority: disabled, mirrors: { https://a.example: https://c.example, https://d.example: https://e.example } }").Conda;
        Assert.Equal(["mine"], conda.Channels);
        Assert.Equal("disabled", conda.ChannelPriority);
        Assert.Equal("b.example", conda.Mirrors["https://a.example"].Single().Host);
        Assert.Equal("e.example", conda.Mirrors["https://d.example"].Single().Host);
    }

    [Theory]
    [InlineData("conda: []", "1:8", "wrong-kind")]
    [InlineData("conda: { chanels: [a] }", "1:10", "unknown-key")]
    [InlineData("conda: { channel_alias: conda.example }", "1:25", "bad-address")]
    [InlineData("conda: { channel_alias: https://a:b@conda.example }", "1:25", "login-in-address")]
    [InlineData("conda: { channel_alias: https://conda.example/t/TOKEN/x }", "1:25", "login-in-address")]
    [InlineData("conda: { channel_priority: strickt }", "1:28", "bad-value")]
    [InlineData("conda: { channel_relations_max_depth: far }", "1:39", "bad-value")]
    [InlineData("conda: { channel_relations_max_depth: -1 }", "1:39", "bad-value")]
    [InlineData("conda: { channels: conda-forge }", "1:10", "wrong-kind")]
    [InlineData("conda: { channels: [[a]] }", "1:21", "wrong-kind")]
    [InlineData("conda: { mirrors: [a] }", "1:19", "wrong-kind")]
    [InlineData("conda:\n  mirrors:\n    conda-forge: https://a.example", "3:5", "bad-address")]
    [InlineData("conda:\n  mirrors:\n    https://a.example: [{}]", "3:25", "wrong-kind")]
    [InlineData("conda:\n  logins:\n    https://a.example: x", "3:5", "bad-host")]
    [InlineData("conda:\n  logins:\n    a.example: [x]", "3:16", "wrong-kind")]
    public void Each_mistake_has_its_place(string text, string place, string code)
    {
        DiagnosticException e = Assert.Throws<DiagnosticException>(() => Read(text));
        Diagnostic problem = Assert.Single(e.Diagnostics);
        Assert.Equal((place, code), ($"{problem.Position!.Value.Line}:{problem.Position.Value.Column}", problem.Code));
        Assert.NotNull(problem.Help);
    }

    private SlipwayConfig Read(params string[] texts)
    {
        List<ConfigPlace> places = [];
        foreach (string text in texts)
        {
            string path = _folder[$"config-{places.Count}.yml"];
            File.WriteAllText(path, text);
            places.Add(new ConfigPlace(path, IsChosen: true));
        }

        return SlipwayConfig.Read(places);
    }
}
