namespace Slipway.EndToEnd.Tests.Conda;

/// <summary>The pip: part of an environment file: found beside the conda packages, locked and installed with them.</summary>
public sealed class PipPartTests(World world)
{
    [Fact]
    public async Task Conda_and_Python_packages_are_one_environment_and_one_lock()
    {
        using var conda = await CondaWorld.StartAsync(world);
        using Server index = await Server.PythonIndexAsync(await World.PythonIndexAsync(), TestContext.Current.CancellationToken);
        conda.Write("environment.yml", $"channels: [{conda.Channel}]\ndependencies:\n  - python=3.11\n  - pip\n  - markupsafe\n  - pip:\n    - --index-url http://{index.Address}/simple/\n    - jinja2\n    - -r more.txt\n");
        conda.Write("more.txt", "iniconfig\n");
        var (prefix, first) = (conda.PathOf("env"), conda.PathOf("first"));
        var made = await conda.Slipway.RunAsync("conda", "install", "-p", prefix);
        Assert.Contains("2 of pip", made.Error, StringComparison.Ordinal); // markupsafe is there
        Assert.Equal("3.1.6 True", (await CondaWorld.RunAsync($"{prefix}/bin/python", "-c", "import jinja2, markupsafe, iniconfig; print(jinja2.__version__, True)")).Line());
        Assert.StartsWith("#!" + prefix, File.ReadLines(prefix + "/bin/pip").First(), StringComparison.Ordinal);
        Assert.Contains("No broken requirements found", (await CondaWorld.RunAsync($"{prefix}/bin/python", "-m", "pip", "check")).Out, StringComparison.Ordinal);
        Assert.Contains("jinja2==3.1.6", (await CondaWorld.RunAsync($"{prefix}/bin/python", "-m", "pip", "list", "--format", "freeze")).Out.ToLowerInvariant(), StringComparison.Ordinal);

        await conda.Slipway.RunAsync("conda", "lock");
        Assert.Contains("- name: jinja2\n  version: 3.1.6\n  manager: pip\n  platform: linux-64\n  dependencies:\n    markupsafe: ", conda.Read("conda-lock.yml"), StringComparison.Ordinal);
        Assert.Contains("as before", (await conda.Slipway.RunAsync("conda", "lock")).Error, StringComparison.Ordinal);
        Directory.Move(prefix, first);
        await conda.Slipway.RunAsync("conda", "install", "-q", "-f", "conda-lock.yml", "-p", prefix);
        Assert.Equal(await CondaWorld.DigestAsync(first + "/lib/python3.11/site-packages/jinja2"), await CondaWorld.DigestAsync(prefix + "/lib/python3.11/site-packages/jinja2"));

        await conda.Slipway.RunAsync("conda", "lock", "--kind", "explicit", "-o", "list.txt");
        Assert.Contains("# pip jinja2 @ http://", conda.Read("list.txt"), StringComparison.Ordinal);
        await conda.Slipway.RunAsync("conda", "install", "-q", "-f", "list.txt", "-p", prefix, "--update", "--pyc"); // what pip's part brought is no stranger's
        Assert.NotEmpty(Directory.EnumerateFiles(prefix + "/lib/python3.11/site-packages/jinja2/__pycache__", "*.cpython-311.pyc"));
    }

    [Fact]
    public async Task What_conda_has_is_never_replaced_and_a_conflict_is_told_before_anything_is_downloaded()
    {
        using var conda = await CondaWorld.StartAsync(world);
        using Server index = await Server.PythonIndexAsync(await World.PythonIndexAsync(), TestContext.Current.CancellationToken);
        string Environment(string requirement) => $"channels: [{conda.Channel}]\ndependencies:\n  - python=3.11\n  - six=1.16\n  - pip:\n    - --index-url http://{index.Address}/simple/\n    - {requirement}\n";
        conda.Write("environment.yml", Environment("six>=1.17"));
        var refused = await conda.Slipway.RunAsync(1, "conda", "install", "-p", conda.PathOf("env"));
        Assert.Contains("six", refused.Error, StringComparison.Ordinal);
        Assert.Contains("1.16.0", refused.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(conda.PathOf("env")));
        Assert.False(Directory.Exists(Path.Combine(conda.Slipway.Store, "packages-v1")) && Directory.EnumerateFiles(Path.Combine(conda.Slipway.Store, "packages-v1"), "*.conda", SearchOption.AllDirectories).Any());

        conda.Write("environment.yml", $"channels: [{conda.Channel}]\ndependencies:\n  - tzdata\n  - pip:\n    - six\n");
        Assert.Contains("no Python to install it for", (await conda.Slipway.RunAsync(1, "conda", "install", "-p", conda.PathOf("env"))).Error, StringComparison.Ordinal);
        conda.Write("environment.yml", Environment("bro ken"));
        Assert.Contains("environment.yml:7:", (await conda.Slipway.RunAsync(1, "conda", "lock")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Python_packages_are_added_to_an_environment_of_conda_that_is_there()
    {
        using var conda = await CondaWorld.StartAsync(world);
        using Server index = await Server.PythonIndexAsync(await World.PythonIndexAsync(), TestContext.Current.CancellationToken);
        string[] install = ["pip", "install", "-q", "-i", $"http://{index.Address}/simple/", "--prefix", conda.PathOf("env")];
        await conda.Slipway.RunAsync("conda", "install", "-q", "-c", conda.Channel, "-p", conda.PathOf("env"), "python=3.11", "six=1.16", "pip");
        await conda.Slipway.RunAsync([.. install, "jinja2", "six"]);
        Assert.Equal("3.1.6 1.16.0", (await CondaWorld.RunAsync(conda.PathOf("env/bin/python"), "-c", "import jinja2, six; print(jinja2.__version__, six.__version__)")).Line());
        string before = await CondaWorld.DigestAsync(conda.PathOf("env"));
        Assert.Contains("1.16.0", (await conda.Slipway.RunAsync(1, [.. install, "six>=1.17"])).Error, StringComparison.Ordinal);
        Assert.Equal(before, await CondaWorld.DigestAsync(conda.PathOf("env")));
    }
}
