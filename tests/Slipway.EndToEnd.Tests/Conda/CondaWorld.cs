namespace Slipway.EndToEnd.Tests.Conda;

/// <summary>The conda channel of tests/world behind a server, and the program with a store and a folder of its own.</summary>
internal sealed class CondaWorld : IDisposable
{
    private readonly Server server;

    private CondaWorld(Server server, string address, Cli slipway, string folder) => (this.server, Channel, Slipway, Folder) = (server, address, slipway, folder);

    public string Channel { get; }

    /// <summary>Runs in <see cref="Folder"/>, for a target whose C library is that of the packages.</summary>
    public Cli Slipway { get; }

    public string Folder { get; }

    /// <param name="world">The world.</param>
    /// <param name="channel">A folder to serve in place of the channel.</param>
    public static async Task<CondaWorld> StartAsync(World world, string? channel = null)
    {
        Server server = await Server.FilesAsync(channel ?? await World.CondaChannelAsync(), TestContext.Current.CancellationToken);
        string folder = world.NewFolder("conda");
        var slipway = world.NewStore() with { Folder = folder, Variables = new Dictionary<string, string?> { ["CONDA_OVERRIDE_GLIBC"] = "2.36", ["XDG_CONFIG_HOME"] = folder } };
        return new CondaWorld(server, "http://" + server.Address, slipway, folder);
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    public string Read(string name) => File.ReadAllText(PathOf(name));

    /// <summary>Runs a program of an environment as anybody would, with nothing of the environment in its variables.</summary>
    public static async Task<Outcome> RunAsync(string program, params string[] arguments) =>
        (await new Command(program, arguments) { Variables = new Dictionary<string, string?> { ["PATH"] = "/usr/bin:/bin", ["PYTHONDONTWRITEBYTECODE"] = "1" } }
            .RunAsync(TestContext.Current.CancellationToken)).Expect(0);

    /// <summary>A digest of all names, types, modes and bytes below a folder.</summary>
    public static async Task<string> DigestAsync(string folder) =>
        (await RunAsync("/bin/bash", "-c", $"cd {folder} && {{ find . -printf '%P %y %m %l\\n' | sort; find . -type f -print0 | sort -z | xargs -0 sha256sum; }} | sha256sum")).Line();

    public void Dispose() => server.Dispose();
}
