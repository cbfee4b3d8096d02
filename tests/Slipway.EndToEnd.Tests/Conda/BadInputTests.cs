namespace Slipway.EndToEnd.Tests.Conda;

/// <summary>What a person hears when an environment cannot be had, and that nothing of it is left.</summary>
public sealed class BadInputTests(World world)
{
    [Fact]
    public async Task A_channel_that_cannot_be_reached_is_named_with_what_would_help()
    {
        using var conda = await CondaWorld.StartAsync(world);
        conda.Dispose();
        var outcome = await conda.Slipway.RunAsync(1, "conda", "lock", "-c", conda.Channel, "numpy");
        Assert.Contains(conda.Channel, outcome.Error, StringComparison.Ordinal);
        Assert.Contains("mirror", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(conda.PathOf("conda-lock.yml")));
    }

    [Fact]
    public async Task Mistakes_in_a_file_are_told_all_at_once_with_their_places()
    {
        using var conda = await CondaWorld.StartAsync(world);
        conda.Write("environment.yml", "name: x\nchanels: [a]\ndependencies:\n  - numpy >=\n  - npm:\n    - a\n");
        var outcome = await conda.Slipway.RunAsync(1, "conda", "lock");
        foreach (var expected in (string[])["environment.yml:2:1", "did you mean 'channels'", "environment.yml:4:5", "environment.yml:5:5"])
        {
            Assert.Contains(expected, outcome.Error, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Contradicting_wishes_are_explained_by_the_chain_that_breaks()
    {
        using var conda = await CondaWorld.StartAsync(world);
        var outcome = await conda.Slipway.RunAsync(1, "conda", "lock", "-c", conda.Channel, "seaborn", "python=3.12");
        Assert.Contains("python", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("3.11.2", outcome.Error, StringComparison.Ordinal); // the versions that there are
        var glibc = await conda.Slipway.RunAsync(1, "conda", "lock", "-c", conda.Channel, "--glibc", "2.17", "numpy");
        Assert.Contains("__glibc", glibc.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(conda.PathOf("conda-lock.yml")));
    }

    [Fact]
    public async Task A_package_that_is_not_there_is_told_with_the_nearest_name()
    {
        using var conda = await CondaWorld.StartAsync(world);
        var outcome = await conda.Slipway.RunAsync(1, "conda", "search", "-c", conda.Channel, "nunpy");
        Assert.Contains("did you mean numpy", outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_wrong_hash_is_refused_and_nothing_of_the_package_kept()
    {
        using var conda = await CondaWorld.StartAsync(world);
        await conda.Slipway.RunAsync("conda", "lock", "-c", conda.Channel, "--kind", "explicit", "-o", "list.txt", "tzdata");
        var hash = conda.Read("list.txt").Split("#sha256:")[1].Trim();
        conda.Write("list.txt", conda.Read("list.txt").Replace(hash, new string('0', 64), StringComparison.Ordinal));
        var outcome = await conda.Slipway.RunAsync(1, "conda", "install", "-f", "list.txt", "-p", conda.PathOf("env"));
        Assert.Contains("tzdata", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(conda.PathOf("env")));
        Assert.DoesNotContain(Directory.EnumerateFiles(conda.Slipway.Store, "*", SearchOption.AllDirectories), f => f.EndsWith(".conda", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_folder_with_something_in_it_is_left_alone()
    {
        using var conda = await CondaWorld.StartAsync(world);
        Directory.CreateDirectory(conda.PathOf("env"));
        conda.Write("env/mine", "x");
        var outcome = await conda.Slipway.RunAsync(1, "conda", "install", "-c", conda.Channel, "tzdata", "-p", "env");
        Assert.Contains("not empty", outcome.Error, StringComparison.Ordinal);
        Assert.Equal(["mine"], Directory.EnumerateFileSystemEntries(conda.PathOf("env")).Select(Path.GetFileName));
    }

    [Fact]
    public async Task A_lock_for_another_platform_is_refused_with_what_to_do()
    {
        using var conda = await CondaWorld.StartAsync(world);
        await conda.Slipway.RunAsync("conda", "lock", "-c", conda.Channel, "--platform", "linux-64", "--platform", "linux/arm64", "tzdata");
        Assert.Contains("platform: linux-aarch64", conda.Read("conda-lock.yml"), StringComparison.Ordinal);
        var outcome = await conda.Slipway.RunAsync(1, "conda", "install", "-f", "conda-lock.yml", "-p", "env", "--platform", "linux-s390x");
        Assert.Contains("lock again with --platform linux-s390x", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("requests[security]==2.0; python_version<'3'", "- pip:")]
    [InlineData("numpy = \"1.26\"", "pixi.toml")]
    [InlineData("numpy >=", "for example numpy")]
    public async Task A_malformed_package_is_told_in_the_dialect_it_was_meant_in(string spec, string help)
    {
        using var conda = await CondaWorld.StartAsync(world);
        conda.Write("environment.yml", $"dependencies:\n  - '{spec.Replace("'", "''", StringComparison.Ordinal)}'\n");
        var outcome = await conda.Slipway.RunAsync(1, "conda", "lock");
        Assert.Contains("environment.yml:2:", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(help, outcome.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_number_too_long_for_a_version_is_a_warning()
    {
        using var conda = await CondaWorld.StartAsync(world);
        var channel = new TinyChannel(conda.PathOf("channel"));
        await channel.AddAsync("a", [("share/a", "a")]);
        var outcome = await conda.Slipway.RunAsync("conda", "lock", "-c", channel.Folder, "-o", "-", "a <20190712172645");
        Assert.Contains("2147483647", outcome.Error, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("share/../../evil")]
    [InlineData("/evil")]
    public async Task An_archive_that_leaves_its_prefix_is_refused_by_name(string path)
    {
        using var conda = await CondaWorld.StartAsync(world);
        var channel = new TinyChannel(conda.PathOf("channel"));
        await channel.AddAsync("a", [(path, "x")]);
        var outcome = await conda.Slipway.RunAsync(1, "conda", "install", "-c", channel.Folder, "a", "-p", "env");
        Assert.Contains("a-1.0-0.tar.bz2", outcome.Error, StringComparison.Ordinal);
        Assert.False(File.Exists("/evil") || File.Exists(conda.PathOf("evil")) || Directory.Exists(conda.PathOf("env")));
    }

    [Fact]
    public async Task A_package_for_another_platform_is_refused_by_name()
    {
        using var conda = await CondaWorld.StartAsync(world);
        var channel = new TinyChannel(conda.PathOf("channel"));
        await channel.AddAsync("a", [("share/a", "x")], platform: "osx-64");
        var outcome = await conda.Slipway.RunAsync(1, "conda", "install", "-c", channel.Folder, "a", "-p", "env");
        Assert.Contains("osx-64", outcome.Error, StringComparison.Ordinal);
        Assert.Contains("a-1.0-0", outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(conda.PathOf("env")));
    }

    [Fact]
    public async Task A_prefix_that_is_longer_than_the_placeholder_is_refused_with_the_number()
    {
        using var conda = await CondaWorld.StartAsync(world);
        var channel = new TinyChannel(conda.PathOf("channel"));
        await channel.AddAsync("a", [("lib/a", "\0/opt/ph/lib\0")], placeholder: "/opt/ph");
        var outcome = await conda.Slipway.RunAsync(1, "conda", "install", "-c", channel.Folder, "a", "-p", "environment");
        Assert.Contains("7", outcome.Error, StringComparison.Ordinal);
        Assert.Contains(conda.PathOf("environment"), outcome.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(conda.PathOf("environment")));
    }

    [Fact]
    public async Task Dirt_in_a_channels_data_does_not_stand_in_the_way_of_the_rest()
    {
        using var conda = await CondaWorld.StartAsync(world);
        var channel = new TinyChannel(conda.PathOf("channel"));
        await channel.AddAsync("a", [("share/a", "x")]);
        foreach (var (version, more) in (ReadOnlySpan<(string, string)>)
        [
            ("1.1", "\"depends\":null,\"noarch\":true,\"timestamp\":1500000000"),
            ("1.2", "\"depends\":[\"x 1.0|\",\"python 2.7*\"],\"track_features\":[\"f\"],\"features\":null"),
            ("1.3", "\"depends\":[\"!!! ???\"],\"track_features\":\"a, b\""),
            ("not a version", "\"depends\":[]"),
        ])
        {
            channel.Add($"a-{version}-0.tar.bz2", (System.Text.Json.Nodes.JsonObject)System.Text.Json.Nodes.JsonNode.Parse($"{{\"name\":\"a\",\"version\":\"{version}\",\"build\":\"0\",\"build_number\":0,{more}}}")!);
        }

        Assert.Contains("a-1.1-0.tar.bz2", (await conda.Slipway.RunAsync("conda", "lock", "-c", channel.Folder, "-o", "-", "a")).Out, StringComparison.Ordinal);
        await conda.Slipway.RunAsync("conda", "install", "-q", "-c", channel.Folder, "a=1.0", "-p", "env");
        Assert.Equal("x", conda.Read("env/share/a"));
    }

    [Fact]
    public async Task A_channel_whose_relations_make_no_sense_is_told_with_the_setting_that_passes_over_them()
    {
        using var conda = await CondaWorld.StartAsync(world);
        var channel = new TinyChannel(conda.PathOf("channel"));
        await channel.AddAsync("a", [("share/a", "x")]);
        var repodata = conda.PathOf("channel/linux-64/repodata.json");
        File.WriteAllText(repodata, File.ReadAllText(repodata).Replace("{\"packages\"", "{\"info\":{\"channel_relations\":{\"base\":\"/etc\"}},\"packages\"", StringComparison.Ordinal));
        string[] search = ["conda", "search", "-c", channel.Folder, "a"];
        Assert.Contains("channel_relations_max_depth", (await conda.Slipway.RunAsync(1, search)).Error, StringComparison.Ordinal);
        Directory.CreateDirectory(conda.PathOf("slipway"));
        conda.Write("slipway/config.yml", "conda:\n  channel_relations_max_depth: 0\n");
        Assert.Contains("1.0", (await conda.Slipway.RunAsync(search)).Out, StringComparison.Ordinal);
    }

    [Theory]
    [InlineData("conda", "lock")]
    [InlineData("conda", "install", "tzdata")]
    [InlineData("conda", "lock", "--channel-priority", "loose", "tzdata")]
    [InlineData("conda", "lock", "--exclude-newer", "yesterday", "tzdata")]
    [InlineData("conda", "lock", "--platform", "amiga", "tzdata")]
    [InlineData("conda", "list")]
    [InlineData("conda", "search")]
    public async Task A_wrong_command_line_ends_with_2(params string[] arguments)
    {
        using var conda = await CondaWorld.StartAsync(world);
        var slipway = conda.Slipway with { Variables = new Dictionary<string, string?>(conda.Slipway.Variables) { ["CONDA_PREFIX"] = null } };
        Assert.Contains("error:", (await slipway.RunAsync(2, arguments)).Error, StringComparison.Ordinal);
    }
}
