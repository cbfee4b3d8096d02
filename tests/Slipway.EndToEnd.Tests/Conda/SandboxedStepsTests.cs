using Slipway.EndToEnd.Tests.Invariants;

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

    [Fact]
    public async Task Activation_scripts_that_cannot_be_followed_are_run_when_that_is_wanted()
    {
        using var conda = await CondaWorld.StartAsync(world);
        TinyChannel channel = await ScriptsAsync(conda);
        string[] install = ["conda", "install", "-c", channel.Folder, "tool", "-p"];
        var plain = await conda.Slipway.RunAsync([.. install, conda.PathOf("plain")]);
        Assert.Contains("etc/conda/activate.d/tool.sh:1", plain.Error, StringComparison.Ordinal);
        Assert.Contains("--run-activation", plain.Error, StringComparison.Ordinal);

        var prefix = conda.PathOf("env");
        var run = await conda.Slipway.RunAsync([.. install, prefix, "--run-activation"]);
        Assert.Contains($"tool.sh sets TOOL_HOME={prefix}/share/tool, TOOL_NET=none", run.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(prefix, "written"))); // the environment is for reading only
        Assert.DoesNotContain("does more than", run.Error, StringComparison.Ordinal);
        Assert.Equal(await CondaWorld.DigestAsync(Path.Combine(prefix, "etc")), await CondaWorld.DigestAsync(conda.PathOf("plain/etc")));
    }

    [Fact]
    public async Task An_ordinary_user_may_run_all_of_them()
    {
        if (!Environment.IsPrivilegedProcess)
        {
            Assert.Skip("becomes an ordinary user: needs root");
        }

        using var conda = await CondaWorld.StartAsync(world);
        TinyChannel channel = await ScriptsAsync(conda);
        using var user = await OrdinaryUser.MakeAsync(conda.Slipway.Program, await World.BaseImageAsync("busybox"), channel.Folder);
        Outcome made = await user.RunAsync(
            "conda", "install", "--glibc", "2.36", "-c", "./context", "-c", conda.Channel, "tool", "tqdm", "fonts-dejavu-core", "-p", "env", "--pyc", "--allow-post-link", "fonts-dejavu-core", "--run-activation");
        var prefix = made.Line();
        Assert.Contains("TOOL_NET=none", made.Error, StringComparison.Ordinal);
        Assert.True(File.Exists(Path.Combine(prefix, ".messages.txt")));
        Assert.NotEmpty(Directory.EnumerateFiles(Path.Combine(prefix, "lib/python3.11/site-packages/tqdm/__pycache__"), "*.pyc"));
        var owners = await CondaWorld.RunAsync("/usr/bin/find", prefix, "-not", "-user", "slipway-test");
        Assert.Equal("", owners.Out); // nothing in it belongs to somebody whom the user cannot be
        await user.RunAsync("conda", "install", "-q", "--glibc", "2.36", "-c", "./context", "-c", conda.Channel, "tool", "tqdm", "-p", "env", "--update", "--pyc");
        Assert.False(Directory.Exists(Path.Combine(prefix, "share/fonts")));
    }

    // A package whose script looks for a network, tries to write into the environment, and sets what it found.
    private static async Task<TinyChannel> ScriptsAsync(CondaWorld conda)
    {
        var channel = new TinyChannel(conda.PathOf("channel"));
        await channel.AddAsync(
            "tool",
            [
                ("etc/conda/activate.d/tool.sh", "export TOOL_HOME=$(cd \"$CONDA_PREFIX/share/tool\" && pwd)\nexport TOOL_NET=none\nwhile read -r line; do case $line in *00000000*) TOOL_NET=there ;; esac; done </proc/net/route\ntouch \"$CONDA_PREFIX/written\"\n"),
                ("share/tool/data", "x"),
            ]);
        return channel;
    }
}
