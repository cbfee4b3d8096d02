using Slipway.Testing;

namespace Slipway.EndToEnd.Tests.Registries;

/// <summary>Images go through a registry with TLS and a login, and as archives, to Docker and podman, run there, and come back.</summary>
public sealed class DockerTests(World world) : IAsyncLifetime
{
    private const string Said = "hi\nhi\n1000\nb\n/w\n";
    private readonly TemporaryFolder folder = new();
    private Server registry = null!;
    private Server docker = null!;
    private string host = "";

    public async ValueTask InitializeAsync()
    {
        Assert.SkipUnless(Environment.IsPrivilegedProcess, "a Docker daemon of our own needs root");
        var cancellationToken = TestContext.Current.CancellationToken;
        registry = await Server.RegistryAsync(Path.Combine(folder.Path, "registry"), cancellationToken, "ada", "s3cret");
        host = registry.Address.Replace("127.0.0.1", "localhost", StringComparison.Ordinal);
        var certificates = Directory.CreateDirectory(CertificateFolder);
        File.Copy(Path.Combine(folder.Path, "registry", "ca.crt"), Path.Combine(certificates.FullName, "ca.crt"));
        docker = await Server.DockerAsync(Path.Combine(folder.Path, "docker"), cancellationToken);
        await (Slipway("a").Command("login", "-u", "ada", "--password-stdin", host) with { Input = "s3cret\n" }).RunAsync(cancellationToken);
    }

    public async ValueTask DisposeAsync()
    {
        docker?.Dispose();
        registry?.Dispose();
        // Graph drivers leave folders without write permission.
        await new Command("rm", "-rf", Path.Combine(folder.Path, "docker"), Path.Combine(folder.Path, "podman")).RunAsync(CancellationToken.None);
        folder.Dispose();
    }

    // Docker knows zstd since 23; Debian 12 has an older one.
    [Theory]
    [InlineData("gzip")]
    [InlineData("estargz")]
    public async Task Docker_pulls_and_runs_what_is_pushed_here(string compression)
    {
        await BuildAsync(Slipway("a"), compression);
        await Slipway("a").RunAsync("push", "--compression", compression, $"{host}/team/{compression}");
        await DockerAsync("pull", "--quiet", $"{host}/team/{compression}");
        Assert.Equal(Said, (await DockerAsync("run", "--rm", "--network", "host", $"{host}/team/{compression}")).Out);
    }

    [Fact]
    public async Task What_Docker_builds_and_pushes_runs_here()
    {
        var context = Context();
        var build = new Command(Docker, "-H", docker.Address, "build", "--network", "host", "-t", $"{host}/team/theirs", context)
        {
            Variables = new Dictionary<string, string?> { ["DOCKER_BUILDKIT"] = "0" },
        };
        (await build.RunAsync(TestContext.Current.CancellationToken)).Expect(0);
        await DockerAsync("push", $"{host}/team/theirs");
        Assert.Equal(Said, (await Slipway("b").RunAsync("run", $"{host}/team/theirs")).Out);
    }

    [Fact]
    public async Task Archives_go_both_ways()
    {
        var (ours, theirs) = (Path.Combine(folder.Path, "ours.tar"), Path.Combine(folder.Path, "theirs.tar"));
        await BuildAsync(Slipway("a"), "archived");
        await Slipway("a").RunAsync("save", "--output", ours, $"{host}/team/archived");
        Assert.Contains($"Loaded image: {host}/team/archived:latest", (await DockerAsync("load", "--input", ours)).Out, StringComparison.Ordinal);
        Assert.Equal(Said, (await DockerAsync("run", "--rm", "--network", "host", $"{host}/team/archived")).Out);
        await DockerAsync("save", "--output", theirs, $"{host}/team/archived");
        await Slipway("b").RunAsync("load", "--input", theirs);
        Assert.Equal(Said, (await Slipway("b").RunAsync("run", $"{host}/team/archived")).Out);
    }

    [Fact]
    public async Task Podman_runs_what_is_pushed_and_saved_here_and_the_other_way_round()
    {
        var archive = Path.Combine(folder.Path, "podman.tar");
        await BuildAsync(Slipway("a"), "pod");
        await Slipway("a").RunAsync("push", "--compression", "zstd", $"{host}/team/pod");
        await PodmanAsync("pull", "--authfile", Config, "--cert-dir", CertificateFolder, $"{host}/team/pod");
        Assert.Equal(Said, (await PodmanRunAsync($"{host}/team/pod")).Out);
        await PodmanAsync("push", "--authfile", Config, "--cert-dir", CertificateFolder, $"{host}/team/pod", $"docker://{host}/team/frompod");
        Assert.Equal(Said, (await Slipway("b").RunAsync("run", $"{host}/team/frompod")).Out);

        await Slipway("a").RunAsync("tag", $"{host}/team/pod", "saved");
        await Slipway("a").RunAsync("save", "--output", archive, "saved");
        await PodmanAsync("load", "--input", archive);
        Assert.Equal(Said, (await PodmanRunAsync("docker.io/library/saved")).Out);
    }

    private static string Docker => File.Exists("/usr/bin/docker") ? "/usr/bin/docker" : "docker";

    private string Config => Path.Combine(folder.Path, "config.json");

    private string CertificateFolder => Path.Combine(folder.Path, "settings", "containers", "certs.d", host);

    private Dictionary<string, string?> Variables => new()
    {
        ["DOCKER_CONFIG"] = folder.Path,
        ["REGISTRY_AUTH_FILE"] = null,
        ["XDG_CONFIG_HOME"] = Path.Combine(folder.Path, "settings"),
    };

    private Cli Slipway(string store) => world.Slipway with { Store = Path.Combine(folder.Path, store), Variables = Variables };

    /// <summary>A context whose image has layers of COPY and RUN, links, a user and a working directory, and says so when it runs.</summary>
    private string Context()
    {
        var context = world.NewContext("Dockerfile", """
            FROM scratch
            COPY busybox /bin/
            RUN ["/bin/busybox", "--install", "-s", "/bin"]
            ENV A=b
            WORKDIR /w
            RUN echo hi > file && ln -s file soft && ln file hard && mkdir gone && touch gone/x
            RUN rm -r gone && chown -R 1000 .
            USER 1000
            CMD ["sh", "-c", "test ! -e gone && cat soft hard && id -u && echo $A && pwd"]
            """);
        File.Copy("/bin/busybox", Path.Combine(context, "busybox"));
        return context;
    }

    private async Task BuildAsync(Cli slipway, string name) => await slipway.RunAsync("build", "-t", $"{host}/team/{name}", Context());

    private Task<Outcome> DockerAsync(params string[] arguments) => ToolAsync(Docker, ["-H", docker.Address, .. arguments]);

    private Task<Outcome> PodmanAsync(params string[] arguments) =>
        ToolAsync("podman", ["--root", $"{folder.Path}/podman", "--runroot", $"{folder.Path}/podman-run", "--storage-driver", "vfs", "--cgroup-manager", "cgroupfs", "--runtime", "runc", .. arguments]);

    // The limits that podman asks for by itself are above what a container may raise to where tests run in one.
    private Task<Outcome> PodmanRunAsync(string image) =>
        PodmanAsync("run", "--rm", "--network", "host", "--ulimit", "nofile=1024:1024", "--ulimit", "nproc=1000:1000", image);

    private async Task<Outcome> ToolAsync(string program, string[] arguments) =>
        (await (new Command(program, arguments) { Variables = Variables }).RunAsync(TestContext.Current.CancellationToken)).Expect(0);
}
