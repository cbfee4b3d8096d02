namespace Slipway.EndToEnd.Tests.Environments;

/// <summary>A repository without a Dockerfile, the conda channel and the Python index of tests/world behind servers, and the program with base images in a store of its own.</summary>
internal sealed class EnvironmentWorld : IDisposable
{
    private readonly World world;
    private readonly Server channel, index;

    private EnvironmentWorld(World world, Server channel, Server index, Cli slipway, string folder) =>
        (this.world, this.channel, this.index, Slipway, Folder) = (world, channel, index, slipway, folder);

    public string Channel => "http://" + channel.Address;

    /// <summary>The index, as --index-url has it.</summary>
    public string Index => $"http://{index.Address}/simple/";

    /// <summary>The index with faults of tests/world/python_index.py.</summary>
    public string Faulty(string faults) => $"http://{index.Address}/{faults}/simple/";

    /// <summary>The address of a file of the index.</summary>
    public string FileUrl(string name) => $"http://{index.Address}/files/{name}";

    /// <summary>Runs in <see cref="Folder"/>.</summary>
    public Cli Slipway { get; private set; }

    /// <summary>The same with another program or store.</summary>
    public EnvironmentWorld With(Cli slipway)
    {
        Slipway = slipway;
        return this;
    }

    /// <summary>The repository.</summary>
    public string Folder { get; }

    public static async Task<EnvironmentWorld> StartAsync(World world)
    {
        CancellationToken cancellationToken = TestContext.Current.CancellationToken;
        Server channel = await Server.FilesAsync(await World.CondaChannelAsync(), cancellationToken);
        Server index = await Server.PythonIndexAsync(await World.PythonIndexAsync(), cancellationToken);
        string folder = world.NewFolder("repository");
        return new EnvironmentWorld(world, channel, index, world.Slipway with { Folder = folder, Variables = new Dictionary<string, string?> { ["XDG_CONFIG_HOME"] = world.NewFolder("config") } }, folder);
    }

    public void Write(string name, string text)
    {
        string path = Path.Combine(Folder, name);
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        File.WriteAllText(path, text);
    }

    /// <summary>Copies a file of the index into the repository.</summary>
    public async Task CopyFileAsync(string name, string to)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Path.Combine(Folder, to))!);
        File.Copy(Path.Combine(await World.PythonIndexAsync(), "files", name), Path.Combine(Folder, to), overwrite: true);
    }

    public string Read(string name) => File.ReadAllText(Path.Combine(Folder, name));

    /// <summary>An environment file of these packages.</summary>
    public void WriteEnvironment(params string[] packages) =>
        Write("environment.yml", $"channels: [{Channel}]\ndependencies:\n{string.Concat(packages.Select(p => $"  - {p}\n"))}");

    /// <summary>Builds the repository and gives the image's id.</summary>
    public async Task<string> BuildAsync(params string[] arguments) => (await Slipway.RunAsync(["build", "-q", .. arguments, "."])).Line();

    /// <summary>The diffIDs of an image, lowest first.</summary>
    public async Task<string[]> LayersAsync(string image) =>
        (await Slipway.RunAsync("inspect", "--format", "{{json .RootFS.Layers}}", image)).Line().Trim('[', ']').Split(',');

    /// <summary>What a shell in a container of the image says.</summary>
    public async Task<string> ShellAsync(string image, string script) => (await Slipway.RunAsync("run", "--rm", "--network", "none", image, "sh", "-c", script)).Out;

    /// <summary>The program with another store that has the base images.</summary>
    public async Task<Cli> OtherStoreAsync()
    {
        Cli other = Slipway with { Store = Path.Combine(world.NewFolder("store"), "store") };
        (await new Command(Repository.PathOf("tests/world/load"), "debian-slim", "python", "--", other.Program, "--root", other.Store).RunAsync(TestContext.Current.CancellationToken)).Expect(0);
        return other;
    }

    public void Dispose()
    {
        channel.Dispose();
        index.Dispose();
    }
}
