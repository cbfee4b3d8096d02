namespace Slipway.EndToEnd.Tests.Pip;

/// <summary>The Python index of tests/world behind a server, and the program with a store and a folder of its own.</summary>
internal sealed class PipWorld : IDisposable
{
    // Debian's Python, whatever the machine has besides, and nothing that the machine's own settings say of indexes.
    private static readonly Dictionary<string, string?> s_variables = new()
    {
        ["PATH"] = "/usr/bin:/bin", ["PIP_INDEX_URL"] = null, ["PIP_EXTRA_INDEX_URL"] = null, ["PIP_FIND_LINKS"] = null, ["PIP_TRUSTED_HOST"] = null, ["PIP_CONFIG_FILE"] = "/dev/null", ["PIP_NO_INDEX"] = null,
        ["PYTHONDONTWRITEBYTECODE"] = "1",
    };

    private readonly Server server;

    private PipWorld(Server server, Cli slipway, string folder) => (this.server, Slipway, Folder) = (server, slipway, folder);

    /// <summary>The index without faults.</summary>
    public string Index => Faulty("");

    /// <summary>Runs in <see cref="Folder"/>.</summary>
    public Cli Slipway { get; }

    public string Folder { get; }

    public static IReadOnlyDictionary<string, string?> Variables => s_variables;

    public static async Task<PipWorld> StartAsync(World world)
    {
        Server server = await Server.PythonIndexAsync(await World.PythonIndexAsync(), TestContext.Current.CancellationToken);
        string folder = world.NewFolder("pip");
        return new PipWorld(server, world.NewStore() with { Folder = folder, Variables = new Dictionary<string, string?>(s_variables) { ["XDG_CONFIG_HOME"] = folder, ["NETRC"] = Path.Combine(folder, "netrc") } }, folder);
    }

    /// <summary>The index with faults of tests/world/python_index.py, such as <c>busy=2,no-ranges</c>; perhaps with a login in the address.</summary>
    public string Faulty(string faults, string login = "") => $"http://{login}{server.Address}/{(faults.Length > 0 ? faults + "/" : "")}simple/";

    /// <summary>The address of a file.</summary>
    public string FileUrl(string name, string login = "") => $"http://{login}{server.Address}/{(login.Length > 0 ? "login/" : "")}files/{name}";

    /// <summary>What the server was asked for since the last time.</summary>
    public async Task<string[]> AskedAsync()
    {
        using var client = new HttpClient();
        return (await client.GetStringAsync($"http://{server.Address}/log", TestContext.Current.CancellationToken)).Split('\n', StringSplitOptions.RemoveEmptyEntries);
    }

    public string PathOf(string name) => Path.Combine(Folder, name);

    public void Write(string name, string text) => File.WriteAllText(PathOf(name), text);

    public string Read(string name) => File.ReadAllText(PathOf(name));

    /// <summary>Runs another program, in the folder.</summary>
    public async Task<Outcome> RunAsync(string program, params string[] arguments) =>
        (await new Command(program, arguments) { Folder = Folder, Variables = s_variables }.RunAsync(TestContext.Current.CancellationToken)).Expect(0);

    /// <summary>Debian's pip.</summary>
    public Task<Outcome> PipAsync(params string[] arguments) => RunAsync("/usr/bin/python3", ["-m", "pip", "--isolated", "--disable-pip-version-check", "--no-cache-dir", .. arguments]);

    public void Dispose() => server.Dispose();
}
