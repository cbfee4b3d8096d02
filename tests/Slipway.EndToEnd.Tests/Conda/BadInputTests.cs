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
