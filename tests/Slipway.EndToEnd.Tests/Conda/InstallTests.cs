namespace Slipway.EndToEnd.Tests.Conda;

/// <summary>Real packages, solved, locked and installed without conda; what is installed runs.</summary>
public sealed class InstallTests(World world)
{
    [Fact]
    public async Task An_environment_of_Python_and_R_runs_from_a_prefix_it_was_not_built_for()
    {
        using var conda = await CondaWorld.StartAsync(world);
        conda.Write("environment.yml", $"name: science\nchannels:\n  - {conda.Channel}\ndependencies:\n  - python=3.11\n  - numpy\n  - pandas\n  - scikit-learn\n  - astropy\n  - matplotlib\n  - pip\n  - r-dplyr\nvariables:\n  PROJECT: sky\n");
        await conda.Slipway.RunAsync("conda", "lock");
        var prefix = conda.PathOf("env");
        var install = await conda.Slipway.RunAsync("conda", "install", "-f", "conda-lock.yml", "-p", prefix);
        Assert.Equal(prefix, install.Line());

        var python = await CondaWorld.RunAsync($"{prefix}/bin/python", "-c", "import numpy, pandas, sklearn, astropy.units as u, matplotlib; print((1 * u.kpc).to(u.pc), numpy.linalg.det([[2., 0.], [0., 3.]]))");
        Assert.Equal("1000.0 pc 6.0", python.Line());
        Assert.Contains("numpy", (await CondaWorld.RunAsync($"{prefix}/bin/pip", "list")).Out, StringComparison.Ordinal); // an entry point, made with this prefix
        Assert.Contains("[1] 11", (await CondaWorld.RunAsync($"{prefix}/bin/R", "--vanilla", "-q", "-e", "suppressMessages(library(dplyr)); print(nrow(filter(mtcars, cyl == 4)))")).Out, StringComparison.Ordinal);

        var list = await conda.Slipway.RunAsync("conda", "list", "-p", prefix);
        Assert.Contains("astropy", list.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("placehold", (await CondaWorld.RunAsync("/bin/bash", "-c", $"grep -rl slipway-world/conda_placehold {prefix} || true")).Out.Replace("conda-meta", "", StringComparison.Ordinal), StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_same_lock_gives_the_same_bytes_from_another_store_and_without_a_network()
    {
        using var conda = await CondaWorld.StartAsync(world);
        await conda.Slipway.RunAsync("conda", "lock", "-c", conda.Channel, "numpy", "tqdm", "r-r6");
        var (prefix, first) = (conda.PathOf("env"), conda.PathOf("first"));
        string[] install = ["conda", "install", "-q", "-f", "conda-lock.yml", "-p", prefix];
        await conda.Slipway.RunAsync(install);
        Directory.Move(prefix, first);
        await (conda.Slipway with { Store = conda.PathOf("other-store") }).RunAsync(install);
        Assert.Equal(await CondaWorld.DigestAsync(first), await CondaWorld.DigestAsync(prefix));

        Directory.Delete(prefix, recursive: true);
        conda.Dispose();
        await conda.Slipway.RunAsync(["--offline", .. install]);
        Assert.Equal(await CondaWorld.DigestAsync(first), await CondaWorld.DigestAsync(prefix));
        var missing = await (conda.Slipway with { Store = conda.PathOf("third-store") }).RunAsync(1, ["--offline", .. install[..^1], conda.PathOf("none")]);
        Assert.Contains("offline", missing.Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(conda.PathOf("none")));
    }

    [Fact]
    public async Task Every_form_of_a_channels_index_gives_the_same_lock()
    {
        var channel = await World.CondaChannelAsync();
        List<string> locks = [];
        foreach (var form in (string[])["repodata.json", "repodata.json.zst", "repodata.json.bz2", "repodata_shards.msgpack.zst"])
        {
            var folder = world.NewFolder("channel");
            foreach (var subdir in (string[])["linux-64", "noarch"])
            {
                Directory.CreateDirectory(Path.Combine(folder, subdir));
                foreach (var name in form.Contains("shards", StringComparison.Ordinal) ? (string[])[form, "shards"] : [form])
                {
                    File.CreateSymbolicLink(Path.Combine(folder, subdir, name), Path.Combine(channel, subdir, name));
                }
            }

            using var conda = await CondaWorld.StartAsync(world, folder);
            var output = await conda.Slipway.RunAsync("conda", "lock", "-c", conda.Channel, "-o", "-", "seaborn", "r-ggplot2");
            locks.Add(output.Out.Replace(conda.Channel, "CHANNEL", StringComparison.Ordinal).Split("package:")[1]);
        }

        Assert.Single(locks.Distinct());
        Assert.Contains("name: seaborn", locks[0], StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_keeps_its_picks_and_one_more_package_is_all_that_changes()
    {
        using var conda = await CondaWorld.StartAsync(world);
        conda.Write("environment.yml", $"channels: [{conda.Channel}]\ndependencies: [requests]\n");
        await conda.Slipway.RunAsync("conda", "lock");
        var before = conda.Read("conda-lock.yml");
        Assert.Contains("as before", (await conda.Slipway.RunAsync("conda", "lock")).Error, StringComparison.Ordinal);
        Assert.Equal(before, conda.Read("conda-lock.yml"));
        conda.Write("environment.yml", $"channels: [{conda.Channel}]\ndependencies: [requests, tqdm]\n");
        Assert.Contains("1 added, 0 changed, 0 removed", (await conda.Slipway.RunAsync("conda", "lock")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Explicit_lists_go_out_and_come_in_with_their_hashes()
    {
        using var conda = await CondaWorld.StartAsync(world);
        await conda.Slipway.RunAsync("conda", "lock", "-c", conda.Channel, "--kind", "explicit", "-o", "list.txt", "tqdm");
        Assert.Contains("#sha256:", conda.Read("list.txt"), StringComparison.Ordinal);
        var prefix = conda.PathOf("env");
        await conda.Slipway.RunAsync("conda", "install", "-q", "-f", "list.txt", "-p", prefix);
        Assert.StartsWith("tqdm", (await CondaWorld.RunAsync($"{prefix}/bin/python", "-c", "import tqdm; print(tqdm.__name__, tqdm.__version__)")).Line(), StringComparison.Ordinal);
        var again = await conda.Slipway.RunAsync("conda", "list", "-p", prefix, "--explicit");
        Assert.Equal(conda.Read("list.txt").Split('\n').Order(StringComparer.Ordinal), again.Out.Split('\n').Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task Search_and_explain_say_what_there_is_and_why()
    {
        using var conda = await CondaWorld.StartAsync(world);
        Assert.Contains("1.24.2", (await conda.Slipway.RunAsync("conda", "search", "-c", conda.Channel, "numpy >=1.20")).Out, StringComparison.Ordinal);
        var why = await conda.Slipway.RunAsync("conda", "explain", "-c", conda.Channel, "--why", "six", "seaborn");
        Assert.Contains("python-dateutil needs six", why.Out, StringComparison.Ordinal);
        Assert.Contains("wanted: seaborn", why.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("r-base", why.Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packages_count_in_system_df_and_those_in_use_stay_in_a_prune()
    {
        using var conda = await CondaWorld.StartAsync(world);
        Assert.DoesNotContain("Packages", (await conda.Slipway.RunAsync("system", "df")).Out, StringComparison.Ordinal);
        await conda.Slipway.RunAsync("conda", "install", "-q", "-c", conda.Channel, "tqdm", "-p", conda.PathOf("env"));
        Assert.Contains("Packages", (await conda.Slipway.RunAsync("system", "df")).Out, StringComparison.Ordinal);
        await conda.Slipway.RunAsync("system", "prune", "-a", "-f");
        await conda.Slipway.RunAsync("--offline", "conda", "install", "-q", "-c", conda.Channel, "tqdm", "-p", conda.PathOf("again"));
        foreach (var folder in Directory.EnumerateDirectories(Path.Combine(conda.Slipway.Store, "packages-v1"), "??").SelectMany(Directory.EnumerateDirectories))
        {
            Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow.AddHours(-2));
        }

        foreach (var folder in Directory.EnumerateDirectories(Path.Combine(conda.Slipway.Store, "conda-v1/folders")))
        {
            Directory.SetLastWriteTimeUtc(folder, DateTime.UtcNow.AddHours(-2));
        }

        await conda.Slipway.RunAsync("system", "prune", "-a", "-f", "--dry-run");
        Assert.NotEmpty(Directory.EnumerateDirectories(Path.Combine(conda.Slipway.Store, "packages-v1"), "??").SelectMany(Directory.EnumerateDirectories));
        await conda.Slipway.RunAsync("system", "prune", "-a", "-f");
        Assert.Empty(Directory.EnumerateDirectories(Path.Combine(conda.Slipway.Store, "packages-v1"), "??").SelectMany(Directory.EnumerateDirectories));
        Assert.DoesNotContain(Directory.EnumerateFiles(Path.Combine(conda.Slipway.Store, "conda-v1"), "*", SearchOption.AllDirectories), f => f.EndsWith(".idx", StringComparison.Ordinal));
        Assert.True((await CondaWorld.RunAsync($"{conda.PathOf("env")}/bin/python", "-c", "import tqdm")).ExitCode == 0); // environments keep their files
    }
}
