namespace Slipway.EndToEnd.Tests.Conda;

/// <summary>An environment that is there is replaced by another one.</summary>
public sealed class UpdateTests(World world)
{
    [Fact]
    public async Task An_update_takes_the_place_of_the_environment_and_of_its_packages()
    {
        using var conda = await CondaWorld.StartAsync(world);
        var channel = new TinyChannel(conda.PathOf("channel"));
        await channel.AddAsync("a", [("share/a", "a")]);
        await channel.AddAsync("b", [("share/b", "b"), ("lib/x.py", "")]);
        var prefix = conda.PathOf("env");
        string[] install = ["conda", "install", "-c", channel.Folder, "-p", prefix];
        await conda.Slipway.RunAsync([.. install, "--update", "a"]); // there is none yet
        Directory.CreateDirectory(Path.Combine(prefix, "lib/__pycache__"));
        conda.Write("env/lib/__pycache__/x.cpython-311.pyc", "made by running");

        Assert.Contains("not empty", (await conda.Slipway.RunAsync(1, [.. install, "b"])).Error, StringComparison.Ordinal);
        var updated = await conda.Slipway.RunAsync([.. install, "--update", "b"]);
        Assert.Contains("1 came, 1 went", updated.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(prefix, "share/a")));
        Assert.Equal("b", conda.Read("env/share/b"));
        Assert.Equal(["channel", "env"], Directory.EnumerateFileSystemEntries(conda.Folder).Select(p => Path.GetFileName(p)!).Order(StringComparer.Ordinal));
        Assert.Contains("the packages are those that were there", (await conda.Slipway.RunAsync([.. install, "--update", "b"])).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Files_of_no_package_are_listed_and_lost_only_when_that_is_wanted()
    {
        using var conda = await CondaWorld.StartAsync(world);
        var channel = new TinyChannel(conda.PathOf("channel"));
        await channel.AddAsync("a", [("share/a", "a")]);
        await channel.AddAsync("b", [("share/b", "b")]);
        string[] install = ["conda", "install", "-q", "-c", channel.Folder, "-p", conda.PathOf("env")];
        await conda.Slipway.RunAsync([.. install, "a"]);
        Directory.CreateDirectory(conda.PathOf("env/notes"));
        conda.Write("env/notes/mine", "x");
        conda.Write("env/conda-meta/pinned", "a =1\n");
        var refused = await conda.Slipway.RunAsync(1, [.. install, "--update", "b"]);
        Assert.Contains("notes/mine", refused.Error, StringComparison.Ordinal);
        Assert.Contains("conda-meta/pinned", refused.Error, StringComparison.Ordinal);
        Assert.Contains("--force", refused.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(conda.PathOf("env/share/a")) && File.Exists(conda.PathOf("env/notes/mine")));

        await conda.Slipway.RunAsync([.. install, "--update", "--force", "b"]);
        Assert.False(Directory.Exists(conda.PathOf("env/notes")));
        Assert.True(File.Exists(conda.PathOf("env/share/b")));
    }

    [Fact]
    public async Task What_is_no_environment_is_not_replaced_and_a_failure_leaves_the_old_one()
    {
        using var conda = await CondaWorld.StartAsync(world);
        var channel = new TinyChannel(conda.PathOf("channel"));
        await channel.AddAsync("a", [("share/a", "a")]);
        await channel.AddAsync("bad", [("share/../../evil", "x")]);
        Directory.CreateDirectory(conda.PathOf("mine"));
        conda.Write("mine/x", "x");
        string[] install = ["conda", "install", "-q", "-c", channel.Folder, "--update"];
        Assert.Contains("no conda environment", (await conda.Slipway.RunAsync(1, [.. install, "--force", "a", "-p", "mine"])).Error, StringComparison.Ordinal);
        Assert.True(File.Exists(conda.PathOf("mine/x")));

        await conda.Slipway.RunAsync([.. install, "a", "-p", "env"]);
        await conda.Slipway.RunAsync(1, [.. install, "a", "bad", "-p", "env"]);
        Assert.True(File.Exists(conda.PathOf("env/share/a")));
        Assert.Contains("--update", (await conda.Slipway.RunAsync(2, ["conda", "install", "--force", "a", "-p", "env"])).Error, StringComparison.Ordinal);
    }
}
