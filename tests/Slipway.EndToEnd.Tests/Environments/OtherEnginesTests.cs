using Slipway.Testing;

namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>Images of environment files run in Docker and podman, which pull them from a registry.</summary>
public sealed class OtherEnginesTests(World world) : IAsyncLifetime
{
    private static readonly string[] s_podmanLimits = ["--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000"];

    private readonly TemporaryFolder _folder = new();
    private Server _docker = null!;
    private string _driver = "";

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a Docker daemon of our own needs root");
        // An overlay does not lie on another; where there is none below, it saves podman a copy of all files for each layer.
        _driver = (await ToolAsync("stat", "-f", "-c", "%T", _folder.Path)).Line() == "overlayfs" ? "vfs" : "overlay";
        _docker = await Server.DockerAsync(Path.Combine(_folder.Path, "docker"), TestContext.Current.CancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        _docker?.Dispose();
        // Graph drivers leave folders without write permission.
        await new Command("rm", "-rf", Path.Combine(_folder.Path, "docker"), Path.Combine(_folder.Path, "podman")).RunAsync(CancellationToken.None);
        _folder.Dispose();
    }

    [Fact]
    public async Task Conda_and_Python_environments_are_pulled_and_their_packages_are_imported()
    {
        using var project = await EnvironmentWorld.StartAsync(world);
        project.WriteEnvironment("python=3.11", "numpy");
        await PullsAndRunsAsync(project, "conda", "import numpy, sys; print(numpy.__version__, sys.prefix)", "1.24.2 /opt/env\n");

        File.Delete(Path.Combine(project.Folder, "environment.yml"));
        File.Delete(Path.Combine(project.Folder, "slipway.lock"));
        project.Write("requirements.txt", $"--index-url {project.Index}\nflask\n");
        await PullsAndRunsAsync(project, "pip", "import flask, sys, os; print(flask.__name__, sys.prefix, os.getuid(), os.getcwd())", "flask /opt/env 1000 /srv/project\n");
    }

    private async Task PullsAndRunsAsync(EnvironmentWorld project, string name, string program, string said)
    {
        string image = $"{world.Registry}/environments/{name}:1";
        await project.BuildAsync("-t", image, "--push");
        await ToolAsync(Docker, "-H", _docker.Address, "pull", "--quiet", image);
        Assert.Equal(said, (await ToolAsync(Docker, "-H", _docker.Address, "run", "--rm", "--network", "host", image, "python", "-c", program)).Out);
        await PodmanAsync("pull", "--quiet", "--tls-verify=false", image);
        Assert.Equal(said, (await PodmanAsync(["run", "--rm", "--network", "host", .. s_podmanLimits, image, "python", "-c", program])).Out);
    }

    private static string Docker => File.Exists("/usr/bin/docker") ? "/usr/bin/docker" : "docker";

    private Task<Outcome> PodmanAsync(params string[] arguments) =>
        ToolAsync("podman", ["--root", $"{_folder.Path}/podman", "--runroot", $"{_folder.Path}/podman-run", "--storage-driver", _driver, "--cgroup-manager", "cgroupfs", "--runtime", "runc", .. arguments]);

    private static async Task<Outcome> ToolAsync(string program, params string[] arguments) =>
        (await new Command(program, arguments).RunAsync(TestContext.Current.CancellationToken)).Expect(0);
}
