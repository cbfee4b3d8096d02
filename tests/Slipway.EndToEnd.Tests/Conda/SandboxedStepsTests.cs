namespace Slipway.EndToEnd.Tests.Conda;

/// <summary>What a user may allow an environment to run while it is made: in a sandbox, and all or nothing.</summary>
public sealed class SandboxedStepsTests(World world)
{
    [Fact]
    public async Task A_post_link_script_runs_only_when_it_is_allowed()
    {
        using var conda = await CondaWorld.StartAsync(world);
        string[] install = ["conda", "install", "-c", conda.Channel, "fonts-dejavu-core", "-p"];
        var plain = await conda.Slipway.RunAsync([.. install, conda.PathOf("plain")]);
        Assert.Contains("post-link script, which was not run", plain.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(conda.PathOf("plain/.messages.txt")));

        var allowed = await conda.Slipway.RunAsync([.. install, conda.PathOf("allowed"), "--allow-post-link", "fonts-dejavu-core"]);
        Assert.DoesNotContain("was not run", allowed.Error, StringComparison.Ordinal);
        Assert.Contains("fonts-dejavu-core 2.37", conda.Read("allowed/.messages.txt"), StringComparison.Ordinal);

        var unknown = await conda.Slipway.RunAsync(1, [.. install, conda.PathOf("none"), "--allow-post-link", "tzdata"]);
        Assert.Contains("tzdata", unknown.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(conda.PathOf("none")));
    }

    [Fact]
    public async Task Compiled_modules_are_the_same_bytes_each_time_and_are_used()
    {
        using var conda = await CondaWorld.StartAsync(world);
        var (prefix, first) = (conda.PathOf("env"), conda.PathOf("first"));
        string[] install = ["conda", "install", "-q", "--pyc", "-c", conda.Channel, "tqdm", "-p", prefix];
        await conda.Slipway.RunAsync(install);
        var compiled = Directory.EnumerateFiles(Path.Combine(prefix, "lib/python3.11/site-packages/tqdm/__pycache__"), "*.pyc").ToArray();
        Assert.NotEmpty(compiled);
        Assert.All(compiled, file => Assert.Equal(1, File.ReadAllBytes(file)[4])); // PEP 552: by hash, not checked
        Assert.Equal("x", (await CondaWorld.RunAsync($"{prefix}/bin/python", "-v", "-c", "import tqdm; print('x')")).Line());
        Directory.Move(prefix, first);
        await conda.Slipway.RunAsync(install);
        Assert.Equal(await CondaWorld.DigestAsync(first), await CondaWorld.DigestAsync(prefix));
    }
}
