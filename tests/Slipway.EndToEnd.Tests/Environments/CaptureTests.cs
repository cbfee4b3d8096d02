namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>Environments of this machine become recipes and locks: <c>lock --from-env</c>.</summary>
public sealed class CaptureTests(World world)
{
    [Fact]
    public async Task A_conda_environment_with_what_pip_put_into_it_becomes_an_image_with_the_same_packages()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        UseIndex(project);
        string prefix = await CondaAsync(project);
        string before = await PackagesAsync(prefix);
        Outcome locked = await project.Slipway.RunAsync("lock", $"--from-env={prefix}", ".");
        Assert.Contains("environment.yml\n", locked.Out, StringComparison.Ordinal);
        string recipe = project.Read("environment.yml");
        Assert.Contains("  - six=1.16\n", recipe.Replace("'", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.Contains("    - rich==13.3.1\n", recipe.Replace("'", "", StringComparison.Ordinal), StringComparison.Ordinal);
        Assert.DoesNotContain("markdown-it-py==", recipe, StringComparison.Ordinal); // rich needs it; only the lock has it
        await project.Slipway.RunAsync("lock", "--check", ".");
        await project.BuildAsync("--locked", "-t", "env-captured");
        Assert.Equal(before, await project.ShellAsync("env-captured", "pip list --format=freeze --disable-pip-version-check 2>/dev/null"));
        Assert.Contains("environment.yml and slipway.lock already", (await project.Slipway.RunAsync(1, "lock", $"--from-env={prefix}", ".")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_active_virtual_environment_becomes_requirements_and_a_runtime()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        UseIndex(project);
        string prefix = Path.Combine(world.NewFolder("venv"), "venv");
        await project.Slipway.RunAsync("pip", "install", "-q", "--prefix", prefix, "--index-url", project.Index, "flask");
        Cli active = project.Slipway with { Variables = new Dictionary<string, string?>(project.Slipway.Variables) { ["VIRTUAL_ENV"] = prefix } };
        await active.RunAsync("lock", "--from-env", ".");
        Assert.StartsWith("flask==", project.Read("requirements.txt").Split('\n')[1], StringComparison.Ordinal);
        Assert.StartsWith("python-3.", project.Read("runtime.txt"), StringComparison.Ordinal);
        string file = project.Read("slipway.lock");
        Assert.Equal(
            [.. Directory.GetDirectories(prefix, "*.dist-info", SearchOption.AllDirectories).Select(d => Path.GetFileName(d).Split('-')[0].Replace('_', '-').ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal)],
            [.. file.Split('\n').Where(line => line.StartsWith("  - name: ", StringComparison.Ordinal)).Select(line => line["  - name: ".Length..]).Order(StringComparer.Ordinal)]);
        await project.Slipway.RunAsync("build", "-q", "--locked", ".");
    }

    [Fact]
    public async Task What_cannot_be_had_any_more_is_named_all_of_it_and_nothing_is_left()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        UseIndex(project);
        string prefix = await CondaAsync(project);
        string meta = Directory.GetFiles(Path.Combine(prefix, "conda-meta"), "six-*.json")[0];
        File.WriteAllText(meta, File.ReadAllText(meta).Replace("/six-1.16.0", "/six-1.15.9", StringComparison.Ordinal));
        Assert.Contains("has no six-1.15.9", (await project.Slipway.RunAsync(1, "lock", $"--from-env={prefix}", ".")).Error, StringComparison.Ordinal);

        string info = Directory.GetDirectories(prefix, "rich-*.dist-info", SearchOption.AllDirectories)[0], other = info.Replace("13.3.1", "13.3.999", StringComparison.Ordinal);
        Directory.Move(info, other);
        File.WriteAllText(meta, File.ReadAllText(meta).Replace("/six-1.15.9", "/six-1.16.0", StringComparison.Ordinal));
        File.WriteAllText(Path.Combine(other, "METADATA"), File.ReadAllText(Path.Combine(other, "METADATA")).Replace("Version: 13.3.1", "Version: 13.3.999", StringComparison.Ordinal));
        Assert.Contains("has no rich 13.3.999 any more", (await project.Slipway.RunAsync(1, "lock", $"--from-env={prefix}", ".")).Error, StringComparison.Ordinal);
        Assert.Empty(Directory.GetFileSystemEntries(project.Folder));
    }

    [Fact]
    public async Task An_editable_project_is_refused_by_its_name()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        string site = world.NewFolder("site"), info = Directory.CreateDirectory(Path.Combine(site, "mine-1.0.dist-info")).FullName;
        File.WriteAllText(Path.Combine(info, "METADATA"), "Metadata-Version: 2.1\nName: mine\nVersion: 1.0\n");
        File.WriteAllText(Path.Combine(info, "direct_url.json"), """{"url": "file:///home/me/mine", "dir_info": {"editable": true}}""");
        string said = (await project.Slipway.RunAsync(1, "lock", $"--from-env={site}", ".")).Error;
        Assert.Contains("mine is installed as a link to a folder (editable)", said, StringComparison.Ordinal);
        Assert.Contains("is no environment", (await project.Slipway.RunAsync(1, "lock", $"--from-env={world.NewFolder("nothing")}", ".")).Error, StringComparison.Ordinal);
    }

    // conda packages by this program, rich by the environment's own pip.
    private async Task<string> CondaAsync(EnvironmentWorld project)
    {
        string prefix = Path.Combine(world.NewFolder("conda"), "env"), file = Path.Combine(world.NewFolder("file"), "environment.yml");
        File.WriteAllText(file, $"channels: [{project.Channel}]\ndependencies: [python=3.11, pip, six=1.16]\n");
        Cli here = project.Slipway with { Variables = new Dictionary<string, string?>(project.Slipway.Variables) { ["CONDA_OVERRIDE_GLIBC"] = "2.36" } };
        await here.RunAsync("conda", "install", "-q", "-f", file, "-p", prefix);
        (await new Command(Path.Combine(prefix, "bin/python"), "-m", "pip", "install", "-q", "--index-url", project.Index, "--trusted-host", "127.0.0.1", "rich==13.3.1")
            .RunAsync(TestContext.Current.CancellationToken)).Expect(0);
        return prefix;
    }

    private static async Task<string> PackagesAsync(string prefix) =>
        (await new Command(Path.Combine(prefix, "bin/python"), "-m", "pip", "list", "--format=freeze", "--disable-pip-version-check").RunAsync(TestContext.Current.CancellationToken)).Expect(0).Out;

    private static void UseIndex(EnvironmentWorld project)
    {
        string folder = Directory.CreateDirectory(Path.Combine(project.Slipway.Variables["XDG_CONFIG_HOME"]!, "slipway")).FullName;
        File.WriteAllText(Path.Combine(folder, "config.yml"), $"python:\n  indexes:\n    world: {project.Index}\n");
    }
}
