using System.Text.Json;

namespace Slipway.EndToEnd.Tests.Pip;

/// <summary>All kinds of files that people bring, beside requirements files.</summary>
public sealed class FileKindTests(World world)
{
    [Fact]
    public async Task The_lock_of_uv_is_installed_as_it_is_and_becomes_other_locks()
    {
        using var pip = await PipWorld.StartAsync(world);
        pip.Write("uv.lock", await UvLockAsync(pip));
        await pip.Slipway.RunAsync("pip", "install", "-q", "-r", "uv.lock", "--target", "env");
        Assert.Equal(["click-8.1.3"], Installed(pip, "env")); // not the newest; no project, no colorama
        await pip.Slipway.RunAsync("pip", "install", "-q", "-r", "uv.lock", "--target", "more", "--group", "dev", "--extra", "plot");
        Assert.Equal(["click-8.1.3", "cycler-0.12.1", "six-1.17.0"], Installed(pip, "more"));
        Assert.Contains("no group 'test'", (await pip.Slipway.RunAsync(1, "pip", "tree", "-r", "uv.lock", "--group", "test")).Error, StringComparison.Ordinal);

        await pip.Slipway.RunAsync("pip", "lock", "-r", "uv.lock", "--group", "dev");
        Assert.Contains("name = \"six\"", pip.Read("pylock.toml"), StringComparison.Ordinal);
        Assert.DoesNotContain("colorama", pip.Read("pylock.toml"), StringComparison.Ordinal);
        await pip.Slipway.RunAsync("pip", "install", "-q", "-r", "pylock.toml", "--target", "again");
        Assert.Equal(["click-8.1.3", "six-1.17.0"], Installed(pip, "again"));

        await pip.Slipway.RunAsync("pip", "lock", "-r", "uv.lock", "--extra", "plot", "-o", "requirements.txt");
        await pip.PipAsync("install", "-q", "--require-hashes", "--index-url", pip.Index, "--target", pip.PathOf("theirs"), "-r", "requirements.txt");
        Assert.Equal(["click-8.1.3", "cycler-0.12.1"], Installed(pip, "theirs"));
        await pip.Slipway.RunAsync(2, "pip", "lock", "-r", "pylock.toml"); // into itself
    }

    [Fact]
    public async Task Locks_of_poetry_and_pipenv_are_looked_for_by_their_names_and_hashes()
    {
        using var pip = await PipWorld.StartAsync(world);
        Dictionary<string, string> hashes = await HashesAsync();
        string six = hashes["six-1.17.0-py3-none-any.whl"], click = hashes["click-8.1.3-py3-none-any.whl"];
        string Poetry(string hash) =>
            $$"""
            [[package]]
            name = "click"
            version = "8.1.3"
            optional = false
            groups = ["main"]
            files = [{file = "click-8.1.3-py3-none-any.whl", hash = "sha256:{{hash}}"}]
            [[package]]
            name = "six"
            version = "1.17.0"
            optional = false
            groups = ["dev"]
            files = [{file = "six-1.17.0-py3-none-any.whl", hash = "sha256:{{six}}"}]
            [metadata]
            lock-version = "2.1"
            python-versions = ">=3.9"
            content-hash = "x"
            """;
        pip.Write("poetry.lock", Poetry(click));
        await pip.Slipway.RunAsync("pip", "install", "-q", "-i", pip.Index, "-r", "poetry.lock", "--target", "poetry", "--group", "dev");
        Assert.Equal(["click-8.1.3", "six-1.17.0"], Installed(pip, "poetry"));
        pip.Write("poetry.lock", Poetry(six));
        Assert.Contains("no file with a hash of poetry.lock", (await pip.Slipway.RunAsync(1, "pip", "install", "-i", pip.Index, "-r", "poetry.lock", "--target", "wrong")).Error, StringComparison.Ordinal);
        Assert.False(Directory.Exists(pip.PathOf("wrong")));

        pip.Write(
            "Pipfile.lock",
            $$$"""
            {"_meta": {"hash": {"sha256": "x"}, "pipfile-spec": 6, "requires": {}, "sources": [{"name": "pypi", "url": "{{{pip.Index}}}", "verify_ssl": false}]},
             "default": {"click": {"hashes": ["sha256:{{{click}}}"], "index": "pypi", "version": "==8.1.3"} },
             "develop": {"six": {"hashes": ["sha256:{{{six}}}", "sha256:{{{new string('0', 64)}}}"], "version": "==1.17.0"} } }
            """);
        await pip.Slipway.RunAsync("pip", "install", "-q", "-r", "Pipfile.lock", "--target", "pipenv");
        Assert.Equal(["click-8.1.3"], Installed(pip, "pipenv"));
        await pip.Slipway.RunAsync("pip", "lock", "-r", "Pipfile.lock", "--group", "dev", "-i", pip.Index);
        Assert.Contains("six-1.17.0-py3-none-any.whl", pip.Read("pylock.toml"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_Pipfile_says_packages_categories_and_where_they_come_from()
    {
        using var pip = await PipWorld.StartAsync(world);
        pip.Write("Pipfile", $"[[source]]\nname = \"main\"\nurl = \"{pip.Index}\"\nverify_ssl = false\n[[source]]\nname = \"old\"\nurl = \"{pip.Faulty("before=2024-01-01")}\"\nverify_ssl = false\n"
            + "[packages]\nclick = { version = \"*\", index = \"old\" }\nsix = \"*\"\n[dev-packages]\niniconfig = \"*\"\n");
        Assert.Equal("click 8.1.3\nsix 1.17.0\n", (await pip.Slipway.RunAsync("pip", "tree", "-r", "Pipfile")).Out);
        Assert.Contains("iniconfig", (await pip.Slipway.RunAsync("pip", "tree", "-r", "Pipfile", "--group", "dev")).Out, StringComparison.Ordinal);
        Assert.Contains("no group 'doc'", (await pip.Slipway.RunAsync(1, "pip", "tree", "-r", "Pipfile", "--group", "doc")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Setup_cfg_scripts_and_environment_files_say_what_they_need()
    {
        using var pip = await PipWorld.StartAsync(world);
        pip.Write("setup.cfg", "[metadata]\nname = x\n[options]\ninstall_requires =\n    six\n[options.extras_require]\nplot = cycler\n");
        pip.Write("tool.py", "# /// script\n# requires-python = \">=3.9\"\n# dependencies = [\"click<8.1.8\"]\n# ///\nimport click\n");
        pip.Write("environment.yml", "dependencies:\n  - python\n  - pip:\n    - tqdm\n    - -r more.txt\n");
        pip.Write("more.txt", "iniconfig\n");
        var tree = await pip.Slipway.RunAsync("pip", "tree", "-i", pip.Index, "-r", "setup.cfg", "-r", "tool.py", "-r", "environment.yml", "--extra", "plot");
        foreach (string expected in (string[])["six 1.17.0", "cycler 0.12.1", "click 8.1.3", "tqdm", "iniconfig 1.1.1"])
        {
            Assert.Contains(expected, tree.Out, StringComparison.Ordinal);
        }

        pip.Write("old.py", "# /// script\n# requires-python = \"<3.9\"\n# dependencies = [\"six\"]\n# ///\n");
        Assert.Contains("needs Python <3.9", (await pip.Slipway.RunAsync(1, "pip", "tree", "-i", pip.Index, "-r", "old.py")).Error, StringComparison.Ordinal);
        Assert.Contains("there is no file none/pyproject.toml", (await pip.Slipway.RunAsync(1, "pip", "tree", "-i", pip.Index, "-r", "none/pyproject.toml")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task What_uv_is_told_in_a_pyproject_has_effect()
    {
        using var pip = await PipWorld.StartAsync(world);
        pip.Write(
            "pyproject.toml",
            $$"""
            [project]
            name = "x"
            version = "1"
            dependencies = ["click", "flask", "requests"]
            [dependency-groups]
            test = ["tqdm"]
            [tool.uv]
            constraint-dependencies = ["werkzeug<3"]
            override-dependencies = ["markupsafe==2.1.2"]
            exclude-dependencies = ["charset-normalizer"]
            dev-dependencies = ["iniconfig"]
            [tool.uv.sources]
            click = { index = "old" }
            tqdm = { index = "old", marker = "sys_platform == 'linux'" }
            [[tool.uv.index]]
            name = "old"
            url = "{{pip.Faulty("before=2024-01-01")}}"
            explicit = true
            [[tool.uv.index]]
            name = "main"
            url = "{{pip.Index}}"
            default = true
            """);
        var tree = await pip.Slipway.RunAsync("pip", "tree", "--group", "test", "--group", "dev");
        foreach (string expected in (string[])["click 8.1.3", "werkzeug 2", "markupsafe 2.1.2", "iniconfig 1.1.1", "tqdm 4", "requests 2"])
        {
            Assert.Contains(expected, tree.Out, StringComparison.Ordinal);
        }

        Assert.DoesNotContain("charset", tree.Out, StringComparison.Ordinal);
        pip.Write("pyproject.toml", pip.Read("pyproject.toml").Replace("{ index = \"old\" }", "{ index = \"odl\" }", StringComparison.Ordinal));
        Assert.Contains("Did you mean \"old\"?", (await pip.Slipway.RunAsync(1, "pip", "tree")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Sources_of_uv_may_be_addresses_and_folders()
    {
        using var pip = await PipWorld.StartAsync(world);
        Directory.CreateDirectory(pip.PathOf("wheels"));
        File.Copy(Path.Combine(await World.PythonIndexAsync(), "files/six-1.17.0-py3-none-any.whl"), pip.PathOf("wheels/six-1.17.0-py3-none-any.whl"));
        pip.Write("pyproject.toml", $"[project]\nname = \"x\"\nversion = \"1\"\ndependencies = [\"six\", \"click\"]\n[tool.uv.sources]\nsix = {{ path = \"wheels/six-1.17.0-py3-none-any.whl\" }}\nclick = {{ url = \"{pip.FileUrl("click-8.1.3-py3-none-any.whl")}\" }}\n");
        await pip.Slipway.RunAsync("pip", "install", "-q", "--no-index", "-r", "pyproject.toml", "--target", "env");
        Assert.Equal(["click-8.1.3", "six-1.17.0"], Installed(pip, "env"));
        Assert.True(File.Exists(pip.PathOf("env/click-8.1.3.dist-info/direct_url.json")));
    }

    private static string[] Installed(PipWorld pip, string folder) =>
        [.. Directory.GetDirectories(pip.PathOf(folder), "*.dist-info").Select(d => Path.GetFileName(d)[..^".dist-info".Length]).Order(StringComparer.Ordinal)];

    private static async Task<string> UvLockAsync(PipWorld pip)
    {
        Dictionary<string, string> hashes = await HashesAsync();
        string Of(string name, string version, string file) =>
            $"[[package]]\nname = \"{name}\"\nversion = \"{version}\"\nsource = {{ registry = \"{pip.Index}\" }}\nwheels = [{{ url = \"{pip.FileUrl(file)}\", hash = \"sha256:{hashes[file]}\" }}]\n";
        return "version = 1\nrevision = 3\nrequires-python = \">=3.9\"\n"
            + "[[package]]\nname = \"app\"\nversion = \"0.1\"\nsource = { editable = \".\" }\ndependencies = [{ name = \"click\" }]\n"
            + "[package.optional-dependencies]\nplot = [{ name = \"cycler\" }]\n[package.dev-dependencies]\ndev = [{ name = \"six\" }]\n"
            + Of("click", "8.1.3", "click-8.1.3-py3-none-any.whl") + "dependencies = [{ name = \"colorama\", marker = \"sys_platform == 'win32'\" }]\n"
            + Of("six", "1.17.0", "six-1.17.0-py3-none-any.whl") + Of("cycler", "0.12.1", "cycler-0.12.1-py3-none-any.whl")
            + "[[package]]\nname = \"colorama\"\nversion = \"0.4.6\"\nsource = { registry = \"https://index.example/simple\" }\n";
    }

    private static async Task<Dictionary<string, string>> HashesAsync()
    {
        using var listing = JsonDocument.Parse(await File.ReadAllTextAsync(Path.Combine(await World.PythonIndexAsync(), "index.json"), TestContext.Current.CancellationToken));
        return listing.RootElement.EnumerateObject().SelectMany(p => p.Value.EnumerateArray()).DistinctBy(f => f.GetProperty("filename").GetString()!)
            .ToDictionary(f => f.GetProperty("filename").GetString()!, f => f.GetProperty("hashes").GetProperty("sha256").GetString()!);
    }
}
