using System.Text;
using Slipway.Conda.Channels;
using Slipway.Conda.Solving;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Tests.Channels;

/// <summary>Channels that say which others belong to them (CEP 42).</summary>
public sealed class ChannelRelationTests : IDisposable
{
    private readonly ChannelWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("bio", "forge bio", "bio<../forge")] // a base goes before
    [InlineData("forge/label/rc", "forge/label/rc forge", "forge/label/rc>../..")] // what is overridden goes after
    [InlineData("my", "forge bio my", "my<../bio", "bio<../forge")]
    [InlineData("my", "forge my hot", "my<../forge", "my>../hot")]
    [InlineData("bio forge", "bio forge", "bio<../forge")] // the user's order holds
    [InlineData("forge bio", "forge bio", "bio<../forge")]
    [InlineData("a b", "a x b", "a>../x")] // related ones stand together
    [InlineData("a b", "a y b", "b<../y")]
    [InlineData("a b", "c a b", "a<../c", "b<../c")]
    [InlineData("bio", "bio", "bio=../forge")] // other relations are for later
    public async Task Related_channels_are_opened_and_stand_where_they_belong(string named, string expected, params string[] relations)
    {
        foreach (string channel in (named + " " + expected).Split(' ').Distinct())
        {
            Put(channel, relations.Where(r => r.StartsWith(channel, StringComparison.Ordinal) && r[channel.Length] is '<' or '>' or '=').Select(r => r[channel.Length..]));
        }

        using ChannelSet set = await _world.OpenAsync(named.Split(' '));
        Assert.Equal(expected, string.Join(' ', set.Channels.Select(Name)));
        Assert.Equal(expected.Split(' ').Except(named.Split(' ')).Order(), set.Related.Select(r => Name(r.Channel)).Order());
        Assert.Equal([$"{expected.Split(' ')[0]}::a=1.0=0"], await _world.SolveAsync(set, ChannelPriority.Strict, "a"));
    }

    [Fact]
    public async Task Relations_are_read_again_from_what_is_kept_and_from_shards()
    {
        Put("forge", []);
        Put("bio", ["<../forge"]);
        (await _world.OpenAsync("bio")).Dispose();
        using (ChannelSet again = await _world.OpenAsync("bio"))
        {
            Assert.Equal("forge bio", string.Join(' ', again.Channels.Select(Name)));
        }

        Shards.Put(_world, "sharded/noarch", "../forge", ("a", ChannelWorld.Json("noarch", "a 1.0")));
        using ChannelSet sharded = await _world.OpenAsync("sharded");
        Assert.Equal("forge sharded", string.Join(' ', sharded.Channels.Select(Name)));
    }

    [Theory]
    [InlineData("goes before the next", "a<../b", "b<../a")]
    [InlineData("goes before the next", "a<../b", "b<../c", "c<../b")]
    [InlineData("before it and after it", "a<../b", "a>../b")]
    [InlineData("begins with ../", "a<b")]
    [InlineData("begins with ../", "a<../b?x")]
    [InlineData("begins with ../", "a<https://other.test/b")]
    [InlineData("begins with ../", "a<../%2e%2e/b")]
    public async Task Relations_without_sense_are_told(string problem, params string[] relations)
    {
        foreach (string channel in (string[])["a", "b", "c"])
        {
            Put(channel, relations.Where(r => r[0] == channel[0]).Select(r => r[1..]));
        }

        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => _world.OpenAsync("a"));
        Assert.Contains(problem, e.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task They_are_followed_only_so_far_and_not_at_all_when_the_settings_say_so()
    {
        for (int i = 0; i < 12; i++)
        {
            Put($"c{i}", [$"<../c{i + 1}"]);
        }

        Put("c12", []);
        using (ChannelSet near = await _world.OpenAsync("c2"))
        {
            Assert.Equal(11, near.Channels.Count);
        }

        await Assert.ThrowsAsync<DiagnosticException>(() => _world.OpenAsync("c0"));
        _world.Settings = _world.Settings with { RelationDepth = 0 };
        using ChannelSet none = await _world.OpenAsync("c0");
        Assert.Single(none.Channels);
    }

    [Fact]
    public async Task A_related_channel_gets_the_login_of_the_one_that_names_it()
    {
        Put("forge", []);
        Put("bio", ["<../forge"]);
        _world.Server.Intercept = (request, response) =>
        {
            response.StatusCode = request.Headers["Authorization"] == "Basic YWRhOnM=" ? 200 : 401;
            return response.StatusCode == 401;
        };
        using ChannelSet set = await _world.OpenAsync(_world.Server.Address.Replace("http://", "http://ada:s@", StringComparison.Ordinal) + "bio");
        Assert.Equal("forge bio", string.Join(' ', set.Channels.Select(Name)));
    }

    private string Name(Channel channel) => channel.Name.Replace(_world.Server.Address, "", StringComparison.Ordinal);

    private void Put(string channel, IEnumerable<string> relations)
    {
        string pairs = string.Join(',', relations.Select(r => $"\"{(r[0] == '<' ? "base" : r[0] == '>' ? "overrides" : "other")}\":\"{r[1..]}\""));
        _world.Server.Files[$"{channel}/noarch/repodata.json"] = Encoding.UTF8.GetBytes(
            ChannelWorld.Json("noarch", "a 1.0").Replace("{\"info\":{", $"{{\"info\":{{\"channel_relations\":{{{pairs}}},", StringComparison.Ordinal));
    }
}
