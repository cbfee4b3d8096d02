namespace Slipway.EndToEnd.Tests.Pip;

/// <summary>Real projects, solved and locked without pip.</summary>
public sealed class LockTests(World world)
{
    [Fact]
    public async Task A_lock_has_exact_versions_files_and_hashes_and_pip_takes_it_as_requirements()
    {
        using var pip = await PipWorld.StartAsync(world);
        pip.Write("requirements.in", "requests\npandas>=1.5\nflask ; sys_platform == 'linux'\npytest ; sys_platform == 'win32'\n");
        await pip.Slipway.RunAsync("pip", "lock", "-i", pip.Index);
        string made = pip.Read("pylock.toml");
        foreach (string expected in (string[])["lock-version = \"1.0\"", "name = \"pandas\"\nversion = \"1.5.3\"", "pandas-1.5.3-cp311-cp311-linux_x86_64.whl", "name = \"markupsafe\"", "sha256 = "])
        {
            Assert.Contains(expected, made, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("pytest", made, StringComparison.Ordinal);
        Assert.DoesNotContain("cp313", made, StringComparison.Ordinal); // of no use to the target
        await pip.Slipway.RunAsync("pip", "lock", "-i", pip.Index, "-o", "requirements.txt", "requests", "flask");
        Assert.Contains("# via", pip.Read("requirements.txt"), StringComparison.Ordinal);
        await pip.PipAsync("install", "-q", "--require-hashes", "--target", pip.PathOf("theirs"), "-r", "requirements.txt");
        Assert.True(Directory.Exists(pip.PathOf("theirs/flask")));
    }

    [Fact]
    public async Task Indexes_of_the_settings_are_asked_when_nothing_else_is_said()
    {
        using var pip = await PipWorld.StartAsync(world);
        Directory.CreateDirectory(pip.PathOf("slipway"));
        pip.Write("slipway/config.yml", $"python:\n  indexes:\n    ours: {pip.Index}\n");
        await pip.Slipway.RunAsync("pip", "lock", "six");
        Assert.Contains("name = \"six\"", pip.Read("pylock.toml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_keeps_its_picks_until_it_is_asked_not_to()
    {
        using var pip = await PipWorld.StartAsync(world);
        pip.Write("requirements.in", "click\n");
        await pip.Slipway.RunAsync("pip", "lock", "-i", pip.Index, "--exclude-newer", "2024-01-01");
        Assert.Contains("version = \"8.1.3\"", pip.Read("pylock.toml"), StringComparison.Ordinal);
        Assert.Contains("as before", (await pip.Slipway.RunAsync("pip", "lock", "-i", pip.Index)).Error, StringComparison.Ordinal);
        Assert.Contains("version = \"8.1.3\"", pip.Read("pylock.toml"), StringComparison.Ordinal);
        pip.Write("requirements.in", "click\ntqdm\n");
        Assert.Contains("1 added, 0 changed, 0 removed", (await pip.Slipway.RunAsync("pip", "lock", "-i", pip.Index)).Error, StringComparison.Ordinal);
        Assert.Contains("0 added, 1 changed, 0 removed", (await pip.Slipway.RunAsync("pip", "lock", "-i", pip.Index, "-P", "Click")).Error, StringComparison.Ordinal);
        Assert.Contains("version = \"8.1.8\"", pip.Read("pylock.toml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Two_Pythons_are_solved_each_and_share_what_is_the_same()
    {
        using var pip = await PipWorld.StartAsync(world);
        await pip.Slipway.RunAsync("pip", "lock", "-i", pip.Index, "--python", "3.11", "--python", "3.13", "numpy", "six");
        string made = pip.Read("pylock.toml");
        Assert.Equal(3, made.Split("[[packages]]").Length - 1);
        Assert.Contains("version = \"1.24.2\"\nmarker = \"implementation_name == \\\"cpython\\\" and platform_machine == \\\"x86_64\\\" and python_version == \\\"3.11\\\"", made, StringComparison.Ordinal);
        Assert.Contains("version = \"2.2.4\"", made, StringComparison.Ordinal);
        Assert.Contains("name = \"six\"\nversion = \"1.17.0\"\nrequires-python", made, StringComparison.Ordinal); // no marker
        await pip.Slipway.RunAsync("pip", "install", "-q", "--python", "3.13", "--target", "env", "-r", "pylock.toml");
        Assert.True(Directory.Exists(pip.PathOf("env/numpy-2.2.4.dist-info")));
    }

    [Fact]
    public async Task Constraints_overrides_groups_and_extras_do_what_pip_and_uv_mean_by_them()
    {
        using var pip = await PipWorld.StartAsync(world);
        pip.Write("pyproject.toml", "[project]\nname = \"x\"\nversion = \"1\"\ndependencies = [\"flask\"]\n[project.optional-dependencies]\nplot = [\"cycler\"]\n[dependency-groups]\ntest = [\"iniconfig\"]\n");
        pip.Write("limits.txt", "werkzeug<3\n");
        pip.Write("instead.txt", "markupsafe==2.1.2\n");
        var tree = await pip.Slipway.RunAsync("pip", "tree", "-i", pip.Index, "-r", "pyproject.toml", "-c", "limits.txt", "--override", "instead.txt", "--extra", "plot", "--group", "test");
        foreach (string expected in (string[])["flask 2.2.2", "werkzeug 2.2.2", "cycler 0.12.1", "iniconfig 1.1.1", "markupsafe 2.1.2"])
        {
            Assert.Contains(expected, tree.Out, StringComparison.Ordinal);
        }
    }

    [Fact]
    public async Task Tree_and_explain_say_what_needs_what()
    {
        using var pip = await PipWorld.StartAsync(world);
        string[] flask = ["-i", pip.Index, "flask"];
        Assert.Contains("│   └── markupsafe 2.1.2 (MarkupSafe>=2.0)", (await pip.Slipway.RunAsync(["pip", "tree", .. flask])).Out, StringComparison.Ordinal);
        Assert.StartsWith("markupsafe 2.1.2\n├── flask 3.1.1 (needs markupsafe>=2.1.1)\n", (await pip.Slipway.RunAsync(["pip", "tree", "--invert", "--package", "markupsafe", .. flask])).Out, StringComparison.Ordinal);
        var why = await pip.Slipway.RunAsync(["pip", "explain", "--why", "MarkupSafe", .. flask]);
        Assert.Contains("jinja2 3.1.6 needs MarkupSafe>=2.0", why.Out, StringComparison.Ordinal);
        Assert.Contains("wanted: flask", why.Out, StringComparison.Ordinal);
        Assert.DoesNotContain("blinker", why.Out, StringComparison.Ordinal);
        await pip.Slipway.RunAsync(["pip", "lock", .. flask]);
        Assert.Contains("└── markupsafe 2.1.2", (await pip.Slipway.RunAsync("pip", "tree")).Out, StringComparison.Ordinal); // of the lock
    }

    [Fact]
    public async Task Nothing_but_pages_and_metadata_is_asked_for_and_the_second_time_nothing()
    {
        using var pip = await PipWorld.StartAsync(world);
        string[] arguments = ["pip", "lock", "-i", pip.Index, "-o", "-", "astropy", "scikit-learn"];
        var first = await pip.Slipway.RunAsync(arguments);
        Assert.DoesNotContain(await pip.AskedAsync(), line => line.Contains(".whl ", StringComparison.Ordinal));
        Assert.Equal(first.Out, (await pip.Slipway.RunAsync(arguments)).Out);
        Assert.Empty(await pip.AskedAsync());
        pip.Dispose();
        Assert.Equal(first.Out, (await pip.Slipway.RunAsync(["--offline", .. arguments])).Out);
    }
}
