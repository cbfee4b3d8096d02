namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>Files that an environment may come from, besides environment.yml and requirements.txt.</summary>
public sealed class RecipeFileTests(World world)
{
    [Fact]
    public async Task An_explicit_list_is_built_as_it_stands()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "six");
        await project.Slipway.RunAsync("lock", ".");
        string[] hashes = Hashes(project.Read("slipway.lock"));
        await project.Slipway.RunAsync("lock", "--export", "explicit", "-o", "conda-linux-64.lock", ".");
        File.Delete(Path.Combine(project.Folder, "slipway.lock"));
        Outcome build = await project.Slipway.RunAsync("build", "-t", "env-explicit", ".");
        Assert.Contains("environment.yml is not used: conda-linux-64.lock says the exact packages", build.Error, StringComparison.Ordinal);
        Assert.Equal(hashes, Hashes(project.Read("slipway.lock")));
        Assert.Equal("1.16.0\n", await project.ShellAsync("env-explicit", "python -c 'import six; print(six.__version__)'"));
        Assert.Contains("for linux-64, not for linux-aarch64", (await project.Slipway.RunAsync(1, "lock", "--platform", "linux/arm64", "-f", "conda-linux-64.lock", ".")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_file_chosen_by_hand_has_a_lock_of_its_own()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "six");
        await project.Slipway.RunAsync("lock", ".");
        string before = project.Read("slipway.lock");
        project.Write("more.yml", $"channels: [{project.Channel}]\ndependencies: [python=3.11, tqdm]\n");
        await project.Slipway.RunAsync("lock", "-f", "more.yml", ".");
        Assert.Equal(before, project.Read("slipway.lock"));
        Assert.Contains("- name: tqdm\n", project.Read("more.slipway.lock"), StringComparison.Ordinal);
        await project.BuildAsync("-f", Path.Combine(project.Folder, "more.yml"), "--locked", "-t", "env-more");
        Assert.Contains("+ more.yml: was chosen with -f", (await project.Slipway.RunAsync("plan", "-f", "more.yml", ".")).Out, StringComparison.Ordinal);
    }

    [Fact]
    public async Task The_lock_of_poetry_is_followed_and_its_files_are_found_by_their_hashes()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("requirements.txt", $"--index-url {project.Index}\nsix==1.16.0\n");
        await project.Slipway.RunAsync("lock", ".");
        string file = project.Read("slipway.lock");
        string hash = file.Split("sha256: ")[^1].Split('\n')[0].Trim('\'');
        File.Delete(Path.Combine(project.Folder, "requirements.txt"));
        File.Delete(Path.Combine(project.Folder, "slipway.lock"));
        string Poetry(string sha256) => $$"""
            [[package]]
            name = "six"
            version = "1.16.0"
            files = [{file = "six-1.16.0-py3-none-any.whl", hash = "sha256:{{sha256}}"}]

            [metadata]
            lock-version = "2.0"
            python-versions = ">=3.8"
            content-hash = "00"

            """;
        project.Write("slipway.yml", $"indexes: ['{project.Index}']\n");
        project.Write("poetry.lock", Poetry(hash));
        await project.Slipway.RunAsync("lock", ".");
        Assert.Contains($"sha256: {hash}", project.Read("slipway.lock").Replace("'", "", StringComparison.Ordinal), StringComparison.Ordinal);
        project.Write("poetry.lock", Poetry(new string('0', 64)));
        Assert.Contains("no file with a hash of poetry.lock", (await project.Slipway.RunAsync(1, "lock", ".")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_R_package_gets_what_its_DESCRIPTION_needs_and_is_installed()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("slipway.yml", $"channels: ['{project.Channel}']\n");
        project.Write("DESCRIPTION", "Package: moons\nVersion: 0.1.0\nTitle: Moons\nDescription: Counts moons.\nLicense: MIT\nDepends: R (>= 4.0)\nImports: dplyr (>= 1.0.0),\n    stats\n");
        project.Write("NAMESPACE", "export(moons)\nimport(dplyr)\n");
        project.Write("R/moons.R", "moons <- function() nrow(filter(data.frame(n = 1:3), n > 1))\n");
        await project.BuildAsync("-t", "env-r-package");
        Assert.Equal("2", await project.ShellAsync("env-r-package", "cd / && Rscript -e 'suppressMessages(library(moons)); cat(moons())'"));
        Assert.Equal("DESCRIPTION", (await project.Slipway.RunAsync("inspect", "--format", "{{index .Config.Labels \"io.slipway.not-reproducible\"}}", "env-r-package")).Line());
    }

    [Fact]
    public async Task A_lock_is_exported_as_pylock_and_followed()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("requirements.txt", $"--index-url {project.Index}\nflask\n");
        await project.Slipway.RunAsync("lock", ".");
        string[] hashes = Hashes(project.Read("slipway.lock"));
        await project.Slipway.RunAsync("lock", "--export", "pylock", "-o", "pylock.toml", ".");
        File.Delete(Path.Combine(project.Folder, "slipway.lock"));
        await project.Slipway.RunAsync("lock", ".");
        Assert.Equal(hashes, Hashes(project.Read("slipway.lock")));
    }

    private static string[] Hashes(string file) => [.. file.Split('\n').Where(line => line.StartsWith("    sha256: ", StringComparison.Ordinal)).Order(StringComparer.Ordinal)];
}
