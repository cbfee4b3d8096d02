using System.Text;
using Slipway.Conda.Channels;
using Slipway.Conda.Records;
using Slipway.Conda.Solving;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Testing;

namespace Slipway.Conda.Tests.Channels;

public sealed class ChannelSetTests : IDisposable
{
    private readonly ChannelWorld _world = new();

    public void Dispose() => _world.Dispose();

    [Theory]
    [InlineData("zstd", ".zst")]
    [InlineData("bzip2", ".bz2")]
    [InlineData("", "")]
    public async Task Every_form_of_repodata_is_read(string program, string ending)
    {
        byte[] json = Encoding.UTF8.GetBytes(ChannelWorld.Json("linux-64", "a 1.0", "b 2.0"));
        _world.Server.Files["c/linux-64/repodata.json" + ending] = program.Length > 0 ? ChannelWorld.Compress(program, json) : json;
        using ChannelSet set = await _world.OpenAsync("c");
        Assert.Equal(["c::a=1.0=0"], await _world.SolveAsync(set, ChannelPriority.Strict, "a"));
        Assert.Equal(["a", "b"], set.PackageNames().Order());
    }

    [Fact]
    public async Task Shards_are_fetched_for_what_is_needed_only_and_kept_for_ever()
    {
        Shards.Put(_world, "c/noarch", ("a", ChannelWorld.Json("noarch", "a 1.0").Replace("\"depends\":[]", "\"depends\":[\"b\"]")), ("b", ChannelWorld.Json("noarch", "b 1.0")), ("z", ChannelWorld.Json("noarch", "z 1.0")));
        using (ChannelSet set = await _world.OpenAsync("c"))
        {
            Assert.Equal(["c::a=1.0=0", "c::b=1.0=0"], await _world.SolveAsync(set, ChannelPriority.Strict, "a"));
            PackageRecord a = Assert.Single(await set.FindAsync("a", TestContext.Current.CancellationToken));
            Assert.Equal((64, _world.Server.Address + "c/noarch/a-1.0-0.conda"), (a.Sha256!.Length, a.Url));
        }

        Assert.Equal(2, _world.Asked().Count(r => r.Contains("/shards/", StringComparison.Ordinal)));
        using ChannelSet again = await _world.OpenAsync("c");
        Assert.Equal(["c::a=1.0=0", "c::b=1.0=0"], await _world.SolveAsync(again, ChannelPriority.Strict, "a"));
        Assert.DoesNotContain(_world.Asked(), r => r.Contains("/shards/", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_shard_with_other_bytes_than_its_name_says_is_refused_and_not_kept()
    {
        Shards.Put(_world, "c/noarch", ("a", ChannelWorld.Json("noarch", "a 1.0")));
        string path = _world.Server.Files.Keys.Single(f => f.Contains("/shards/", StringComparison.Ordinal));
        _world.Server.Files[path] = ChannelWorld.Compress("zstd", [0x80]);
        using ChannelSet set = await _world.OpenAsync("c");
        await Assert.ThrowsAsync<DiagnosticException>(() => _world.SolveAsync(set, ChannelPriority.Strict, "a"));
        Assert.False(Directory.Exists(Path.Combine(_world.Cache, "shards")));
    }

    [Theory]
    [InlineData("", "netrc", "netrc:n")]
    [InlineData("127.0.0.1", "netrc", "settings:s")]
    [InlineData("", "http://ada:a@", "ada:a")]
    [InlineData("127.0.0.1", "http://ada:a@", "ada:a")]
    public async Task A_login_comes_from_the_address_else_from_the_settings_else_from_netrc(string host, string user, string expected)
    {
        _world.Put("c", "noarch", "a 1.0");
        List<string?> seen = [];
        _world.Server.Intercept = (request, _) =>
        {
            seen.Add(request.Headers["Authorization"]);
            return false;
        };
        _world.Settings = new ChannelSettings
        {
            Netrc = NetrcFile.Parse(new SourceText("netrc", "machine 127.0.0.1 login netrc password n")),
            Logins = host.Length > 0 ? new Dictionary<string, string> { [host] = "settings:s" } : [],
        };
        using ChannelSet set = await _world.OpenAsync(_world.Server.Address.Replace("http://", user == "netrc" ? "http://" : user, StringComparison.Ordinal) + "c");
        Assert.All(seen, header => Assert.Equal(expected, Encoding.UTF8.GetString(Convert.FromBase64String(header!["Basic ".Length..]))));
        var request = new HttpRequestMessage(HttpMethod.Get, _world.Server.Address + "elsewhere/a.conda");
        set.Access.Authorize(request); // below no channel, but on a host that there is a login for
        Assert.Equal(host.Length > 0 ? "settings:s" : "netrc:n", Encoding.UTF8.GetString(Convert.FromBase64String(request.Headers.Authorization!.Parameter!)));
    }

    [Fact]
    public async Task What_is_wrong_with_netrc_is_told_when_it_logs_in()
    {
        _world.Put("c", "noarch", "a 1.0");
        foreach ((string text, int warnings) in new[] { ("machine 127.0.0.1 login a password b\nmachine", 1), ("machine elsewhere login a password b\nmachine", 0) })
        {
            _world.Settings = new ChannelSettings { Netrc = NetrcFile.Parse(new SourceText("netrc", text)) };
            using ChannelSet set = await _world.OpenAsync("c");
            Assert.Equal(warnings, set.Warnings.Count);
        }
    }

    [Fact]
    public async Task A_refusal_says_where_logins_may_be_and_that_netrc_was_not_read_to_its_end()
    {
        _world.Server.Intercept = (_, response) =>
        {
            response.StatusCode = 401;
            return true;
        };
        _world.Settings = new ChannelSettings { Netrc = NetrcFile.Parse(new SourceText("/home/ada/.netrc", "machine 127.0.0.1 login a pasword b")) };
        DiagnosticException e = await Assert.ThrowsAsync<DiagnosticException>(() => _world.OpenAsync("c"));
        Assert.Contains("~/.netrc", e.Diagnostics[0].Help, StringComparison.Ordinal);
        Assert.Contains("/home/ada/.netrc:1", e.Diagnostics[0].Help, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_channels_said_is_removed_when_nobody_asked_for_so_long()
    {
        Shards.Put(_world, "c/noarch", ("a", ChannelWorld.Json("noarch", "a 1.0")));
        _world.Put("c", "linux-64");
        _world.Put("old", "noarch", "b 1.0");
        _world.Put("old", "linux-64");
        (await _world.OpenAsync("old")).Dispose();
        using (ChannelSet set = await _world.OpenAsync("c"))
        {
            Assert.Single(await set.FindAsync("a", TestContext.Current.CancellationToken));
        }

        string[] Kept() => [.. Directory.EnumerateFiles(_world.Cache, "*.json", SearchOption.AllDirectories)];
        foreach (string path in Directory.EnumerateDirectories(Path.Combine(_world.Cache, "folders")).Concat(Kept()))
        {
            File.SetLastWriteTimeUtc(path, DateTime.UtcNow.AddHours(-3));
        }

        DateTimeOffset before = DateTimeOffset.UtcNow.AddHours(-2);
        using (ChannelSet set = await _world.OpenAsync("c"))
        {
            Assert.Single(await set.FindAsync("a", TestContext.Current.CancellationToken)); // used again
        }

        int all = Kept().Length;
        long would = ChannelSet.Prune(_world.Cache, before, dryRun: true, TestContext.Current.CancellationToken);
        Assert.Equal(all, Kept().Length);
        Assert.Equal(would, ChannelSet.Prune(_world.Cache, before, dryRun: false, TestContext.Current.CancellationToken));
        Assert.True(would > 0 && Kept().Length < all);
        _world.GoOffline();
        using ChannelSet again = await _world.OpenAsync("c");
        Assert.Single(await again.FindAsync("a", TestContext.Current.CancellationToken));
        await Assert.ThrowsAsync<DiagnosticException>(() => _world.OpenAsync("old"));
    }

    [Fact]
    public async Task An_unchanged_channel_is_not_fetched_again()
    {
        _world.Put("c", "noarch", "a 1.0");
        _world.Server.Intercept = (request, response) =>
        {
            response.Headers["ETag"] = "\"one\"";
            response.StatusCode = request.Headers["If-None-Match"] == "\"one\"" ? 304 : 200;
            return response.StatusCode == 304;
        };
        (await _world.OpenAsync("c")).Dispose();
        Assert.Contains("c/noarch/repodata.json", _world.Asked());
        using ChannelSet set = await _world.OpenAsync("c");
        Assert.Equal("c/noarch/repodata.json", _world.Asked().Single(r => r.StartsWith("c/noarch/", StringComparison.Ordinal)));
        Assert.Equal(["c::a=1.0=0"], await _world.SolveAsync(set, ChannelPriority.Strict, "a"));
    }

    [Fact]
    public async Task A_fresh_channel_is_not_asked_until_its_time_is_over()
    {
        _world.Put("c", "noarch", "a 1.0");
        _world.Server.Intercept = (_, response) =>
        {
            response.Headers["Cache-Control"] = "public, max-age=60";
            return false;
        };
        (await _world.OpenAsync("c")).Dispose();
        _ = _world.Asked();
        (await _world.OpenAsync("c")).Dispose();
        Assert.DoesNotContain(_world.Asked(), r => r.StartsWith("c/noarch/", StringComparison.Ordinal));
        _world.Clock.Advance(TimeSpan.FromSeconds(61));
        _world.Put("c", "noarch", "a 1.1");
        using ChannelSet set = await _world.OpenAsync("c");
        Assert.Equal(["c::a=1.1=0"], await _world.SolveAsync(set, ChannelPriority.Strict, "a"));
    }

    [Fact]
    public async Task A_channel_that_has_trouble_is_asked_again()
    {
        _world.Put("c", "linux-64", "a 1.0");
        _world.Put("c", "noarch");
        _world.Server.Statuses.Enqueue(503);
        _world.Server.Statuses.Enqueue(429);
        using ChannelSet set = await _world.OpenAsync("c");
        Assert.Equal(["c::a=1.0=0"], await _world.SolveAsync(set, ChannelPriority.Strict, "a"));
    }

    [Fact]
    public async Task Mirrors_are_tried_in_their_order()
    {
        _world.Put("second/c", "noarch", "a 1.0");
        _world.Settings = new ChannelSettings { Mirrors = new Dictionary<string, IReadOnlyList<Uri>> { ["https://channels.example/"] = [new(_world.Server.Address + "first"), new(_world.Server.Address + "second")] } };
        using ChannelSet set = await _world.OpenAsync("https://channels.example/c");
        Assert.Equal(["https://channels.example/c::a=1.0=0"], await _world.SolveAsync(set, ChannelPriority.Strict, "a"));
        Assert.Contains(_world.Asked(), r => r.StartsWith("first/c/noarch", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_of_this_machine_is_a_channel_and_its_changes_are_seen()
    {
        using var folder = new TemporaryFolder();
        Directory.CreateDirectory(folder["noarch"]);
        File.WriteAllText(folder["noarch/repodata.json"], ChannelWorld.Json("noarch", "a 1.0"));
        using (ChannelSet set = await _world.OpenAsync(folder.Path))
        {
            Assert.Equal([$"file://{folder.Path}::a=1.0=0"], await _world.SolveAsync(set, ChannelPriority.Strict, "a"));
        }

        File.WriteAllText(folder["noarch/repodata.json"], ChannelWorld.Json("noarch", "a 1.0", "a 1.10"));
        using ChannelSet changed = await _world.OpenAsync(folder.Path);
        Assert.Equal([$"file://{folder.Path}::a=1.10=0"], await _world.SolveAsync(changed, ChannelPriority.Strict, "a"));
    }

    [Fact]
    public async Task A_damaged_index_is_made_again()
    {
        _world.Put("c", "noarch", "a 1.0");
        (await _world.OpenAsync("c")).Dispose();
        foreach (string index in Directory.GetFiles(_world.Cache, "*.idx", SearchOption.AllDirectories))
        {
            File.WriteAllText(index, "slipidx2 no longer");
        }

        using ChannelSet set = await _world.OpenAsync("c");
        Assert.Equal(["c::a=1.0=0"], await _world.SolveAsync(set, ChannelPriority.Strict, "a"));
    }

    [Theory]
    [InlineData(ChannelPriority.Strict, "one::a=1.0=0")]
    [InlineData(ChannelPriority.Flexible, "one::a=1.0=0")]
    [InlineData(ChannelPriority.Disabled, "two::a=2.0=0")]
    public async Task The_priority_decides_between_channels(ChannelPriority priority, string expected)
    {
        _world.Put("one", "noarch", "a 1.0");
        _world.Put("two", "noarch", "a 2.0");
        using ChannelSet set = await _world.OpenAsync("one", "two");
        Assert.Equal([expected], await _world.SolveAsync(set, priority, "a"));
    }

    [Fact]
    public async Task Only_strict_priority_hides_what_a_later_channel_has()
    {
        _world.Put("one", "noarch", "a 1.0");
        _world.Put("two", "noarch", "a 2.0");
        using ChannelSet set = await _world.OpenAsync("one", "two");
        Assert.Equal(["two::a=2.0=0"], await _world.SolveAsync(set, ChannelPriority.Flexible, "a>1"));
        Assert.Contains($"{_world.Server.Address}two has a 2.0", (await _world.SolveAsync(set, ChannelPriority.Strict, "a>1"))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_spec_with_a_channel_that_is_not_among_them_says_so()
    {
        _world.Put("one", "noarch", "a 1.0");
        using ChannelSet set = await _world.OpenAsync("one");
        Assert.Contains("bioconda is not among", (await _world.SolveAsync(set, ChannelPriority.Strict, "bioconda::a"))[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task Without_network_what_is_kept_is_used_and_the_rest_is_a_mistake()
    {
        _world.Put("c", "noarch", "a 1.0");
        _world.Put("c", "linux-64");
        (await _world.OpenAsync("c")).Dispose();
        _ = _world.Asked();
        _world.GoOffline();
        using ChannelSet set = await _world.OpenAsync("c");
        Assert.Equal(["c::a=1.0=0"], await _world.SolveAsync(set, ChannelPriority.Strict, "a"));
        Assert.Equal("offline", (await Assert.ThrowsAsync<DiagnosticException>(() => _world.OpenAsync("other"))).Diagnostics[0].Code);
        Assert.Empty(_world.Asked());
    }

    [Theory]
    [InlineData(403, true)]
    [InlineData(401, true)]
    [InlineData(403, false)]
    public async Task A_refusal_only_counts_for_the_form_that_every_channel_has(int status, bool plainIsThere)
    {
        _world.Put("c", "noarch", "a 1.0");
        _world.Put("c", "linux-64");
        _world.Server.Intercept = (request, response) =>
        {
            bool refused = !plainIsThere || !request.Url!.AbsolutePath.EndsWith(".json", StringComparison.Ordinal);
            response.StatusCode = refused ? status : 200;
            return refused;
        };
        if (plainIsThere)
        {
            using ChannelSet set = await _world.OpenAsync("c");
            Assert.Equal(["c::a=1.0=0"], await _world.SolveAsync(set, ChannelPriority.Strict, "a"));
        }
        else
        {
            Assert.Contains("login", (await Assert.ThrowsAsync<DiagnosticException>(() => _world.OpenAsync("c"))).Diagnostics[0].Help, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task A_spec_with_a_channel_takes_the_package_from_there_whatever_the_priority()
    {
        _world.Put("one", "noarch", "a 1.0", "b 1.0");
        _world.Put("two", "noarch", "a 2.0", "b 2.0");
        using ChannelSet set = await _world.OpenAsync("one", "two");
        Assert.Equal(["one::b=1.0=0", "two::a=2.0=0"], await _world.SolveAsync(set, ChannelPriority.Strict, _world.Server.Address + "two::a", "b"));
    }

    [Fact]
    public async Task Mistakes_about_channels_are_diagnostics_with_help_and_without_secrets()
    {
        _world.Server.Files["broken/noarch/repodata.json"] = "<html>"u8.ToArray();
        foreach ((string channel, string code) in new[]
        {
            ("absent", "channel-not-found"), ("broken", "channel-broken"), ("http://user:se-cret@127.0.0.1:9/x", "channel-unreachable"), ("http://127.0.0.1:9/t/se-cret/x", "channel-unreachable"),
        })
        {
            DiagnosticException mistake = await Assert.ThrowsAsync<DiagnosticException>(() => _world.OpenAsync(channel));
            Assert.Equal(code, mistake.Diagnostics[0].Code);
            Assert.NotNull(mistake.Diagnostics[0].Help);
            Assert.DoesNotContain("se-cret", mistake.ToString(), StringComparison.Ordinal);
        }
    }
}
