using System.Text.Json;

namespace Slipway.EndToEnd.Tests.Pip;

/// <summary>Real wheels, installed without pip.</summary>
public sealed class InstallTests(World world)
{
    [Fact]
    public async Task A_folder_of_modules_and_a_virtual_environment_run()
    {
        using var pip = await PipWorld.StartAsync(world);
        Assert.Equal(pip.PathOf("modules"), (await pip.Slipway.RunAsync("pip", "install", "-i", pip.Index, "--target", "modules", "flask", "rich")).Line());
        var run = await pip.RunAsync("/usr/bin/env", "PYTHONPATH=modules", "/usr/bin/python3", "-c", "import flask, rich, markupsafe._speedups; print(flask.Flask('x').name)");
        Assert.Equal("x", run.Line());
        await pip.Slipway.RunAsync("pip", "install", "-q", "-i", pip.Index, "--prefix", "env", "flask", "pytest");
        Assert.Equal(pip.PathOf("env"), (await pip.RunAsync(pip.PathOf("env/bin/python"), "-c", "import sys, flask; print(sys.prefix)")).Line());
        Assert.Contains("pytest 8.3.5", (await pip.RunAsync(pip.PathOf("env/bin/pytest"), "--version")).Out, StringComparison.Ordinal);
        await pip.PipAsync("--python", pip.PathOf("env/bin/python"), "check");
    }

    [Fact]
    public async Task The_same_lock_gives_the_same_bytes_from_another_store_and_without_a_network()
    {
        using var pip = await PipWorld.StartAsync(world);
        await pip.Slipway.RunAsync("pip", "lock", "-i", pip.Index, "numpy", "pytest");
        string[] install = ["pip", "install", "-q", "--target", pip.PathOf("env")];
        await pip.Slipway.RunAsync(install);
        string first = await DigestAsync(pip);
        Directory.Delete(pip.PathOf("env"), recursive: true);
        await (pip.Slipway with { Store = pip.PathOf("other-store") }).RunAsync(install);
        Assert.Equal(first, await DigestAsync(pip));
        Directory.Delete(pip.PathOf("env"), recursive: true);
        pip.Dispose();
        await pip.Slipway.RunAsync(["--offline", .. install]);
        Assert.Equal(first, await DigestAsync(pip));
        Assert.Contains("offline", (await (pip.Slipway with { Store = pip.PathOf("third-store") }).RunAsync(1, ["--offline", .. install[..^1], "none"])).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(pip.PathOf("none")));
    }

    [Fact]
    public async Task A_wheel_of_an_address_says_where_it_came_from_and_a_password_goes_nowhere()
    {
        using var pip = await PipWorld.StartAsync(world);
        string address = pip.FileUrl("six-1.17.0-py3-none-any.whl", "reader:s3cret@");
        pip.Write("requirements.in", $"six @ {address}\n");
        var made = await pip.Slipway.RunAsync("pip", "lock", "-i", pip.Index);
        var install = await pip.Slipway.RunAsync("pip", "install", "-r", "requirements.in", "-i", pip.Faulty("login", "reader:s3cret@"), "--target", "env", "click");
        using var direct = JsonDocument.Parse(pip.Read("env/six-1.17.0.dist-info/direct_url.json"));
        Assert.StartsWith("http://127", direct.RootElement.GetProperty("url").GetString(), StringComparison.Ordinal);
        Assert.False(File.Exists(pip.PathOf("env/click-8.1.8.dist-info/direct_url.json")));
        string all = made.Error + install.Error + install.Out + pip.Read("pylock.toml") + pip.Read("env/six-1.17.0.dist-info/direct_url.json");
        Assert.DoesNotContain("s3cret", all, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Only_what_was_asked_for_is_marked_so_and_a_dry_run_downloads_nothing()
    {
        using var pip = await PipWorld.StartAsync(world);
        Assert.Contains("markupsafe-2.1.2-cp311", (await pip.Slipway.RunAsync("pip", "install", "-i", pip.Index, "--target", "env", "--dry-run", "jinja2")).Out, StringComparison.Ordinal);
        Assert.False(Directory.Exists(pip.PathOf("env")));
        Assert.DoesNotContain(await pip.AskedAsync(), line => line.Contains(".whl ", StringComparison.Ordinal));
        await pip.Slipway.RunAsync("pip", "install", "-i", pip.Index, "--target", "env", "jinja2");
        Assert.True(File.Exists(pip.PathOf("env/jinja2-3.1.6.dist-info/REQUESTED")));
        Assert.False(File.Exists(pip.PathOf("env/markupsafe-2.1.2.dist-info/REQUESTED")));
    }

    [Fact]
    public async Task A_folder_of_wheels_is_an_index_of_its_own()
    {
        using var pip = await PipWorld.StartAsync(world);
        string files = Path.Combine(await World.PythonIndexAsync(), "files");
        await pip.Slipway.RunAsync("pip", "install", "--no-index", "-f", files, "--target", "env", "requests");
        Assert.True(Directory.Exists(pip.PathOf("env/urllib3")));
        Assert.Empty(await pip.AskedAsync());
    }

    [Fact]
    public async Task What_has_no_wheel_is_built_once_and_locked_by_its_source()
    {
        using var pip = await PipWorld.StartAsync(world);
        await pip.Slipway.RunAsync("pip", "lock", "-i", pip.Index, "docopt", "tabulate", "termcolor==1.1.0");
        Assert.Contains("docopt-0.6.2.tar.gz", pip.Read("pylock.toml"), StringComparison.Ordinal);
        await pip.Slipway.RunAsync("pip", "install", "-q", "-i", pip.Index, "--target", "one", "-r", "pylock.toml");
        Assert.Equal("True", (await pip.RunAsync("/usr/bin/env", "PYTHONPATH=one", "/usr/bin/python3", "-c", "import docopt, tabulate, termcolor; print(True)")).Line());
        await pip.AskedAsync();
        await pip.Slipway.RunAsync("pip", "install", "-q", "-i", pip.Index, "--target", "two", "-r", "pylock.toml");
        Assert.DoesNotContain(await pip.AskedAsync(), line => line.Contains("setuptools", StringComparison.Ordinal));
    }

    [Fact]
    public async Task A_project_of_this_machine_is_built_and_says_where_it_came_from()
    {
        using var pip = await PipWorld.StartAsync(world);
        Directory.CreateDirectory(pip.PathOf("mine"));
        pip.Write("mine/pyproject.toml", "[build-system]\nrequires = [\"flit_core\"]\nbuild-backend = \"flit_core.buildapi\"\n[project]\nname = \"mine\"\nversion = \"1.0\"\ndescription = \"x\"\ndependencies = [\"six\"]\n");
        pip.Write("mine/mine.py", "import six\nprint(six.PY3)\n");
        await pip.Slipway.RunAsync("pip", "install", "-q", "-i", pip.Index, "--target", "env", "./mine");
        Assert.Equal("True", (await pip.RunAsync("/usr/bin/env", "PYTHONPATH=env", "/usr/bin/python3", "-m", "mine")).Line());
        Assert.Contains("dir_info", pip.Read("env/mine-1.0.dist-info/direct_url.json"), StringComparison.Ordinal);
    }

    private static async Task<string> DigestAsync(PipWorld pip) =>
        (await pip.RunAsync("/bin/bash", "-c", "cd env && { find . -printf '%P %y %m %l\\n' | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum; } | sha256sum")).Line();
}
