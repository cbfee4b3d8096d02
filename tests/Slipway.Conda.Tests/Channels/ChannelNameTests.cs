using Slipway.Conda.Channels;
using Slipway.Conda.Records;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Tests.Channels;

public sealed class ChannelNameTests
{
    private readonly ChannelNames _names = new(new ChannelSettings { Alias = new Uri("https://channels.example/"), Folder = "/work" });

    [Theory]
    [InlineData("conda-forge", "conda-forge", "https://channels.example/conda-forge")]
    [InlineData("conda-forge/label/dev", "conda-forge/label/dev", "https://channels.example/conda-forge/label/dev")]
    [InlineData("conda-forge/linux-64", "conda-forge", "https://channels.example/conda-forge")]
    [InlineData("https://channels.example/conda-forge/", "conda-forge", "https://channels.example/conda-forge")]
    [InlineData("https://channels.example/conda-forge/noarch", "conda-forge", "https://channels.example/conda-forge")]
    [InlineData("https://other.example/a/b", "https://other.example/a/b", "https://other.example/a/b")]
    [InlineData("https://other.example:8443/a", "https://other.example:8443/a", "https://other.example:8443/a")]
    [InlineData("pkgs/main", "pkgs/main", "https://repo.anaconda.com/pkgs/main")]
    [InlineData("./local", "file:///work/local", "file:///work/local")]
    [InlineData("/srv/channel", "file:///srv/channel", "file:///srv/channel")]
    [InlineData("file:///srv/channel", "file:///srv/channel", "file:///srv/channel")]
    public void A_text_means_a_channel(string text, string name, string address)
    {
        Channel channel = Assert.Single(_names.Resolve(text));
        Assert.Equal((name, address), (channel.Name, channel.Address.AbsoluteUri.TrimEnd('/')));
    }

    [Fact]
    public void Defaults_are_only_used_when_named_and_then_with_a_warning()
    {
        IReadOnlyList<Channel> channels = _names.Resolve("defaults");
        Assert.Equal(["pkgs/main", "pkgs/r"], channels.Select(c => c.Name));
        Assert.All(channels, c => Assert.Equal("defaults-channel", ChannelNames.Warning(c)?.Code));
        Assert.Empty(_names.Resolve("nodefaults"));
        Assert.Null(ChannelNames.Warning(_names.Resolve("conda-forge")[0]));
    }

    [Theory]
    [InlineData("https://channels.example/t/se-cret/private/linux-64")]
    [InlineData("https://user:se-cret@channels.example/private")]
    public void Secrets_are_in_no_text_of_a_channel(string text)
    {
        Channel channel = Assert.Single(_names.Resolve(text));
        Assert.Equal("private", channel.Name);
        Assert.DoesNotContain("se-cret", channel.ToString() + channel.Address + channel.FolderAddress("noarch"), StringComparison.Ordinal);
    }

    [Fact]
    public void Secrets_go_only_to_the_channel_they_belong_to()
    {
        var access = new ChannelAccess([.. _names.Resolve("https://channels.example/t/tok/private"), .. _names.Resolve("https://u%40x:pass@two.example/c")], new ChannelSettings { Logins = new Dictionary<string, string> { ["three.example"] = "bearer-token" } });
        Assert.Equal(("https://channels.example/t/tok/private/noarch/x.conda", null), Ask("https://channels.example/private/noarch/x.conda"));
        Assert.Equal(("https://channels.example/public/noarch/x.conda", null), Ask("https://channels.example/public/noarch/x.conda"));
        Assert.Equal(("https://two.example/c/noarch/x.conda", "Basic " + Convert.ToBase64String("u@x:pass"u8)), Ask("https://two.example/c/noarch/x.conda"));
        Assert.Equal(("http://two.example/c/noarch/x.conda", null), Ask("http://two.example/c/noarch/x.conda"));
        Assert.Equal(("https://three.example/x", "Bearer bearer-token"), Ask("https://three.example/x"));

        (string, string?) Ask(string address)
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            access.Authorize(request);
            return (request.RequestUri!.AbsoluteUri, request.Headers.Authorization?.ToString());
        }
    }

    [Theory]
    [InlineData("local")]
    [InlineData("")]
    [InlineData("ftp://host/channel")]
    [InlineData("conda forge")]
    public void What_is_no_channel_is_a_mistake_with_help(string text) =>
        Assert.NotNull(Assert.Throws<DiagnosticException>(() => _names.Resolve(text)).Diagnostics[0].Help);

    [Fact]
    public void Known_platforms_at_the_end_are_not_part_of_a_channel() => Assert.Equal(("a/b", "osx-arm64"), Subdirs.Split("a/b/osx-arm64/"));
}
