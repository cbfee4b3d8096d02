using System.Collections.Concurrent;
using Slipway.EndToEnd.Tests;

[assembly: AssemblyFixture(typeof(World))]

namespace Slipway.EndToEnd.Tests;

/// <summary>
/// What every end-to-end test stands on: the published program, the base images under the names that Docker Hub uses, one
/// store that all tests share (so that a layer is built once), and a registry. <c>SLIPWAY_TEST_PROGRAM</c> may name another build of the program.
/// </summary>
public sealed class World : IAsyncLifetime
{
    private static readonly ConcurrentDictionary<string, Task<string>> BaseImages = new();

    private static readonly Lazy<Task<string>> s_condaChannel = new(async () => (await Script("tests/world/conda").RunAsync(CancellationToken.None)).Expect(0).Line());

    private static readonly Lazy<Task<string>> s_pythonIndex = new(async () => (await Script("tests/world/python").RunAsync(CancellationToken.None)).Expect(0).Line());

    private readonly string folder = Directory.CreateTempSubdirectory("slipway-e2e-").FullName;
    private Server? registry;
    private readonly Lazy<Task<string>> busyboxStore;
    private int folders;

    public World() => busyboxStore = new Lazy<Task<string>>(MakeBusyboxStoreAsync);

    /// <summary>The program with the shared store, which holds the base images.</summary>
    internal Cli Slipway { get; private set; } = null!;

    internal string Registry => registry!.Address;

    public async ValueTask InitializeAsync()
    {
        var cancellationToken = TestContext.Current.CancellationToken;
        var program = Environment.GetEnvironmentVariable("SLIPWAY_TEST_PROGRAM");
        if (program is null)
        {
            await Script("slipway", "--version").RunAsync(cancellationToken); // publishes it when that is needed
            program = Repository.PathOf("artifacts/publish/slipway");
        }

        Slipway = new Cli(program, Path.Combine(folder, "store"));
        (await Script("tests/world/load", "--", Slipway.Program, "--root", Slipway.Store).RunAsync(cancellationToken)).Expect(0);
        registry = await Server.RegistryAsync(Path.Combine(folder, "registry"), cancellationToken);
    }

    /// <summary>A new empty folder, gone when the tests end.</summary>
    internal string NewFolder(string name) =>
        Directory.CreateDirectory(Path.Combine(folder, $"{name}-{Interlocked.Increment(ref folders)}")).FullName;

    /// <summary>A folder with these files: name and text in turn.</summary>
    internal string NewContext(params string[] namesAndTexts)
    {
        var context = NewFolder("context");
        for (var i = 0; i < namesAndTexts.Length; i += 2)
        {
            var path = Path.Combine(context, namesAndTexts[i]);
            Directory.CreateDirectory(Path.GetDirectoryName(path)!);
            File.WriteAllText(path, namesAndTexts[i + 1]);
        }

        return context;
    }

    /// <summary>The program with an empty store.</summary>
    internal Cli NewStore() => Slipway with { Store = Path.Combine(NewFolder("store"), "store") };

    /// <summary>The program with a store of its own that holds busybox, for tests that look at what is left in it.</summary>
    internal async Task<Cli> NewBusyboxStoreAsync()
    {
        var store = NewStore();
        (await new Command("cp", "-a", await busyboxStore.Value, store.Store).RunAsync(TestContext.Current.CancellationToken)).Expect(0);
        return store;
    }

    /// <summary>The archive of a base image of tests/world: debian-slim, python or busybox.</summary>
    internal static Task<string> BaseImageAsync(string name) => BaseImages.GetOrAdd(name, FindBaseImageAsync);

    /// <summary>The folder of the conda channel of tests/world.</summary>
    internal static Task<string> CondaChannelAsync() => s_condaChannel.Value;

    /// <summary>The folder of the Python index of tests/world.</summary>
    internal static Task<string> PythonIndexAsync() => s_pythonIndex.Value;

    private static async Task<string> FindBaseImageAsync(string name) =>
        (await Script("tests/world/images", name).RunAsync(CancellationToken.None)).Expect(0).Line();

    public async ValueTask DisposeAsync()
    {
        registry?.Dispose();
        // Trees in the store hold files without write permission and device nodes; rm knows how.
        await new Command("rm", "-rf", folder).RunAsync(CancellationToken.None);
    }

    private async Task<string> MakeBusyboxStoreAsync()
    {
        var store = NewStore();
        await store.RunAsync("load", "--quiet", "--input", await BaseImageAsync("busybox"));
        await store.RunAsync("tag", "slipway.test/busybox:latest", "busybox");
        return store.Store;
    }

    private static Command Script(string path, params string[] arguments) => new(Repository.PathOf(path), arguments);
}
