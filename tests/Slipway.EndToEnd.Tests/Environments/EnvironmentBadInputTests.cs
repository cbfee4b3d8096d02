namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>What is wrong with a repository's environment files is told with its place and what to do, and leaves nothing half-made.</summary>
public sealed class EnvironmentBadInputTests(World world)
{
    [Fact]
    public async Task Files_that_no_longer_match_the_lock_are_refused_with_locked_and_the_lock_stays()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11");
        await project.Slipway.RunAsync("lock", ".");
        string before = project.Read("slipway.lock");
        project.WriteEnvironment("python=3.11", "six");
        Outcome build = await project.Slipway.RunAsync(1, "build", "--locked", ".");
        Assert.Contains("slipway.lock was made for other files", build.Error, StringComparison.Ordinal);
        Assert.Contains("slipway lock", build.Error, StringComparison.Ordinal);
        Assert.Equal(before, project.Read("slipway.lock"));
        await project.Slipway.RunAsync(1, "lock", "--check", ".");
    }

    [Fact]
    public async Task Two_competing_files_are_told_and_one_wins()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11");
        project.Write("requirements.txt", "six");
        Outcome build = await project.Slipway.RunAsync("build", ".");
        Assert.Contains("requirements.txt is not used: environment.yml comes before it", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_base_image_without_the_C_library_that_conda_packages_need_is_refused()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11");
        project.Write("slipway.yml", "base: alpine:latest\n");
        Outcome build = await project.Slipway.RunAsync(1, "build", ".");
        Assert.Contains("conda packages need the GNU C library, and the base image alpine:latest has none", build.Error, StringComparison.Ordinal);
        Assert.False(File.Exists(Path.Combine(project.Folder, "slipway.lock")));
    }

    [Fact]
    public async Task Uid_0_is_refused_with_its_place()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11");
        project.Write("slipway.yml", "user:\n  name: ada\n  uid: 0\n");
        Outcome build = await project.Slipway.RunAsync(1, "build", ".");
        Assert.Contains("slipway.yml:3", build.Error, StringComparison.Ordinal);
        Assert.Contains("may not be root", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_postBuild_that_fails_shows_its_log()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11");
        project.Write("postBuild", "#!/bin/sh\necho about to fail\nexit 3\n");
        Outcome build = await project.Slipway.RunAsync(1, "build", "--progress", "plain", ".");
        Assert.Contains("about to fail", build.Error, StringComparison.Ordinal);
        Assert.Contains("postBuild", build.Error, StringComparison.Ordinal);
        Assert.Contains("--on-error shell", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Wishes_that_contradict_each_other_are_explained()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "numpy >=99");
        Outcome build = await project.Slipway.RunAsync(1, "build", ".");
        Assert.Contains("numpy >=99", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_package_that_apt_does_not_know_is_an_error_that_names_it()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11");
        project.Write("apt.txt", "no-such-package-anywhere\n");
        Outcome build = await project.Slipway.RunAsync(1, "build", ".");
        Assert.Contains("no-such-package-anywhere", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_folder_that_says_nothing_is_told_what_could_be_in_it()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.Write("main.py", "");
        Outcome build = await project.Slipway.RunAsync(1, "build", ".");
        Assert.Contains("environment.yml", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_lock_with_a_system_package_that_the_archive_has_not_is_an_error_that_names_it()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11");
        project.Write("apt.txt", "sl\n");
        await project.Slipway.RunAsync("lock", ".");
        string file = project.Read("slipway.lock"), version = file.Split("- name: sl\n    version: ")[1].Split('\n')[0];
        project.Write("slipway.lock", file.Replace($"version: {version}", "version: 0.1-gone", StringComparison.Ordinal));
        Outcome build = await project.Slipway.RunAsync(1, "build", "--progress", "plain", "--locked", ".");
        Assert.Contains("The archive no longer has: sl=0.1-gone", build.Error, StringComparison.Ordinal);
        Assert.Contains("slipway lock --upgrade", build.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Packages_for_another_platform_are_refused()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11");
        await project.Slipway.RunAsync("lock", "--export", "conda-lock", "-o", "conda-lock.yml", ".");
        project.Write("conda-lock.yml", project.Read("conda-lock.yml").Replace("linux-64", "linux-aarch64", StringComparison.Ordinal));
        Assert.Contains("conda-lock.yml has nothing for linux-64; it is for linux-aarch64", (await project.Slipway.RunAsync(1, "lock", ".")).Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task Keys_that_are_not_known_are_told_with_the_nearest_ones()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11");
        project.Write("slipway.yml", "slin: true\nprofile: tiny\n");
        string said = (await project.Slipway.RunAsync(1, "build", ".")).Error;
        Assert.Contains("slipway.yml:1", said, StringComparison.Ordinal);
        Assert.Contains("did you mean 'slim'?", said, StringComparison.Ordinal);
        Assert.Contains("there are default and slim", said, StringComparison.Ordinal);
    }
}
