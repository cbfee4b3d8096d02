namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>Environment files of a repository elsewhere, named by its address.</summary>
public sealed class EnvironmentSourceTests(World world)
{
    [Fact]
    public async Task A_tag_and_a_folder_of_a_repository_are_built_as_the_folder_itself_and_nothing_is_written_there()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "six");
        project.Write("main.py", "print('from the repository')\n");
        string folder = (await project.Slipway.RunAsync("build", "-q", ".")).Line();

        string remote = world.NewFolder("remote");
        await (project.Slipway with { Folder = remote, Variables = new Dictionary<string, string?> { ["GIT_CONFIG_GLOBAL"] = "/dev/null" } }).ShellAsync(
            $"git init -q -b main work && cd work && git config user.name t && git config user.email t@example.invalid && mkdir -p projects/sky && cp {project.Folder}/* projects/sky/"
            + " && git add . && git commit -qm one && git tag v1 && echo nonsense: >projects/sky/environment.yml && git commit -qam two && git clone -q --bare . ../repo.git && git -C ../repo.git update-server-info");
        using Server server = await Server.FilesAsync(remote, TestContext.Current.CancellationToken);
        Assert.Equal(folder, (await project.Slipway.RunAsync("build", "-q", "--locked", "-t", "env-git", $"http://{server.Address}/repo.git#v1:projects/sky")).Line());
        Assert.Equal("from the repository\n", await project.ShellAsync("env-git", "python main.py"));
        Assert.Contains("+ environment.yml: ", (await project.Slipway.RunAsync("plan", $"http://{server.Address}/repo.git#v1:projects/sky")).Out, StringComparison.Ordinal);
        Assert.Contains("environment.yml", (await project.Slipway.RunAsync(1, "build", $"http://{server.Address}/repo.git#main:projects/sky")).Error, StringComparison.Ordinal);
    }
}
