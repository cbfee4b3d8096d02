namespace Slipway.EndToEnd.Tests.Pip;

/// <summary>Servers as they are on bad days.</summary>
public sealed class FaultTests(World world)
{
    [Theory]
    [InlineData("busy=3")]
    [InlineData("slow=20")]
    [InlineData("html")]
    [InlineData("no-metadata")]
    [InlineData("no-metadata,no-ranges")]
    [InlineData("no-size=six,html,no-metadata")]
    [InlineData("archived=click")]
    public async Task What_can_be_lived_with_gives_the_same_files(string faults)
    {
        using var pip = await PipWorld.StartAsync(world);
        await pip.Slipway.RunAsync("pip", "install", "-q", "-i", pip.Faulty(faults), "--target", "env", "jinja2", "six", "click");
        Assert.Equal(
            ["click-8.1.8", "jinja2-3.1.6", "markupsafe-2.1.2", "six-1.17.0"],
            Directory.GetDirectories(pip.Folder + "/env", "*.dist-info").Select(d => Path.GetFileName(d)[..^".dist-info".Length]).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData("wrong-hash=six")]
    [InlineData("wrong-bytes=six")]
    [InlineData("truncated=six")]
    [InlineData("version2")]
    [InlineData("quarantined=six")]
    [InlineData("busy=1000")]
    public async Task What_cannot_is_told_and_leaves_nothing(string faults)
    {
        using var pip = await PipWorld.StartAsync(world);
        var outcome = await pip.Slipway.RunAsync(1, "pip", "install", "-q", "-i", pip.Faulty(faults), "--target", "env", "six");
        Assert.Contains("error:", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("help:", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(pip.PathOf("env")));
        Assert.DoesNotContain(Directory.EnumerateFiles(pip.Slipway.Store, "*.whl", SearchOption.AllDirectories), f => !f.Contains("partial", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_yanked_file_is_passed_over_unless_nothing_else_is_asked_for()
    {
        using var pip = await PipWorld.StartAsync(world);
        string index = pip.Faulty("yanked=click-8.1.8-py3-none-any.whl");
        Assert.Contains("click 8.1.3", (await pip.Slipway.RunAsync("pip", "tree", "-i", index, "click")).Out, StringComparison.Ordinal);
        var pinned = await pip.Slipway.RunAsync("pip", "tree", "-i", index, "click==8.1.8");
        Assert.Contains("click 8.1.8", pinned.Out, StringComparison.Ordinal);
        Assert.Contains("it eats files", pinned.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_index_with_a_login_wants_it_and_netrc_has_it()
    {
        using var pip = await PipWorld.StartAsync(world);
        Assert.Contains("401", (await pip.Slipway.RunAsync(1, "pip", "lock", "-i", pip.Faulty("login"), "six")).Error, StringComparison.Ordinal);
        pip.Write("netrc", "machine 127.0.0.1 login reader password s3cret\n");
        File.SetUnixFileMode(pip.PathOf("netrc"), UnixFileMode.UserRead);
        await pip.Slipway.RunAsync("pip", "lock", "-i", pip.Faulty("login"), "six");
        Assert.DoesNotContain("s3cret", pip.Read("pylock.toml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_first_index_that_knows_a_project_has_it_alone()
    {
        using var pip = await PipWorld.StartAsync(world);
        string old = pip.Faulty("before=2024-01-01");
        var tree = await pip.Slipway.RunAsync("pip", "tree", "-i", pip.Index, "--extra-index-url", old, "click");
        Assert.Contains("click 8.1.3", tree.Out, StringComparison.Ordinal);
        Assert.Contains("click 8.1.8", (await pip.Slipway.RunAsync("pip", "tree", "-i", pip.Index, "--extra-index-url", pip.Faulty("gone=click"), "click")).Out, StringComparison.Ordinal);
    }
}
