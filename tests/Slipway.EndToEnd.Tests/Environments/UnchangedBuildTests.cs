namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>A build of environment files that sees what an earlier one saw takes that one's image; whatever else it would see, it builds.</summary>
public sealed class UnchangedBuildTests(World world)
{
    private const string Unchanged = "nothing has changed since this image was built";

    [Fact]
    public async Task The_second_build_takes_the_image_and_gives_it_another_name()
    {
        using var project = await StartAsync();
        string id = await BuildsAsync(project, "-t", "first");
        Assert.Equal(id, await TakesAsync(project, "-t", "second"));
        Assert.Equal("1.17.0\n", await project.ShellAsync("second", "python -c 'import six; print(six.__version__)'"));
        Assert.Equal(await project.LayersAsync("first"), await project.LayersAsync("second"));
    }

    [Fact]
    public async Task Each_change_of_what_a_build_sees_is_built_and_taking_it_back_needs_the_image_of_before()
    {
        using var project = await StartAsync();
        string id = await BuildsAsync(project, "-t", "kept");
        foreach ((string file, string text) in new[] { ("main.py", "print(2)"), ("more.txt", "# and nothing more"), ("apt.txt", "# none"), ("slipway.yml", "variables: { A: b }"), (".dockerignore", "data"), ("new/file", "") })
        {
            string? before = File.Exists(Path.Combine(project.Folder, file)) ? project.Read(file) : null;
            project.Write(file, text);
            await BuildsAsync(project);
            if (before is null)
            {
                File.Delete(Path.Combine(project.Folder, file));
                Directory.GetDirectories(project.Folder, "new").ToList().ForEach(Directory.Delete);
            }
            else
            {
                project.Write(file, before);
            }

            Assert.Equal(id, await BuildsAsync(project));
        }

        string lockText = project.Read("slipway.lock");
        project.Write("slipway.lock", lockText + "# by hand\n");
        Assert.Equal(id, await BuildsAsync(project));
        await TakesAsync(project);
    }

    [Fact]
    public async Task Flags_that_change_the_image_or_the_manner_of_building_are_never_overlooked()
    {
        using var project = await StartAsync();
        string id = await BuildsAsync(project, "-t", "kept");
        Assert.NotEqual(id, await BuildsAsync(project, "--label", "a=b"));
        Assert.NotEqual(id, await BuildsAsync(project, "--timestamp", "1000000000"));
        Assert.NotEqual(id, await BuildsAsync(project, "--uid", "1234"));
        Assert.Equal(id, await BuildsAsync(project, "--explain"));
        Assert.Equal(id, await BuildsAsync(project, "--locked"));
        Assert.Equal(id, await TakesAsync(project, "--locked"));
        Assert.Equal(id, await TakesAsync(project));
    }

    [Fact]
    public async Task An_image_that_was_removed_is_built_again()
    {
        using var project = await StartAsync();
        string id = await BuildsAsync(project, "-t", "kept");
        await project.Slipway.RunAsync("rmi", "kept");
        await project.Slipway.RunAsync("system", "prune", "--all", "--force");
        (await new Command(Repository.PathOf("tests/world/load"), "python", "--", project.Slipway.Program, "--root", project.Slipway.Store).RunAsync(TestContext.Current.CancellationToken)).Expect(0);
        Assert.Equal(id, await BuildsAsync(project, "-t", "kept"));
    }

    [Fact]
    public async Task A_login_in_a_variable_is_not_written_down()
    {
        using var project = await StartAsync();
        Cli secret = project.Slipway with { Variables = new Dictionary<string, string?>(project.Slipway.Variables) { ["PIP_EXTRA_INDEX_URL"] = "http://ada:lovelace-1815@127.0.0.1:9/simple" } };
        await secret.RunAsync("build", "-q", ".");
        Assert.Empty((await new Command("grep", "-rl", "lovelace-1815", project.Slipway.Store, project.Folder).RunAsync(TestContext.Current.CancellationToken)).Out);
    }

    private async Task<EnvironmentWorld> StartAsync()
    {
        var project = await EnvironmentWorld.StartAsync(world);
        Cli own = await project.OtherStoreAsync();
        project.Write("requirements.txt", $"--index-url {project.Index}\n-r more.txt\nsix\n");
        project.Write("more.txt", "");
        project.Write("main.py", "print(1)");
        return project.With(own);
    }

    private static async Task<string> BuildsAsync(EnvironmentWorld project, params string[] arguments) => await BuildAsync(project, arguments, taken: false);

    private static async Task<string> TakesAsync(EnvironmentWorld project, params string[] arguments) => await BuildAsync(project, arguments, taken: true);

    private static async Task<string> BuildAsync(EnvironmentWorld project, string[] arguments, bool taken)
    {
        Outcome built = await project.Slipway.RunAsync(["build", "--progress", "plain", .. arguments, "."]);
        Assert.Equal(taken, built.Error.Contains(Unchanged, StringComparison.Ordinal));
        return built.Error.Split("  id     ")[1].Split('\n')[0];
    }
}
