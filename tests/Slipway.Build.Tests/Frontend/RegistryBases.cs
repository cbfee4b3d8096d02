using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Build.Scheduling;
using Slipway.Build.Sources;
using Slipway.Dockerfile;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Layers;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;
using Slipway.Testing.Registry;

namespace Slipway.Build.Tests.Frontend;

/// <summary>A registry in memory with base images, and a store that knows them by it alone.</summary>
internal sealed class RegistryBases : IDisposable
{
    private readonly Store _publisher = new(), _store = new();
    private readonly HttpPolicyOptions _http = new() { MaxAttempts = 1, BaseDelay = TimeSpan.Zero };

    public RegistryBases()
    {
        Registries = new Registries(new RegistryOptions { Http = _http }, TimeProvider.System);
        _store.Images.Blobs.Fetcher = Registries.FetchAsync;
    }

    public InMemoryRegistry Registry { get; } = new();

    public Registries Registries { get; }

    public ImageStore Images => _store.Images;

    public List<string> Notes { get; } = [];

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    public ImageReference Name(string name) => ImageReference.Parse($"{Registry.Host}/{name}");

    /// <summary>Publishes an image of one file.</summary>
    public async Task<Descriptor> PublishAsync(string name, string content)
    {
        byte[] bytes = System.Text.Encoding.ASCII.GetBytes(string.Concat(Enumerable.Repeat(content, 1000)));
        await using LayerWriter writer = _publisher.Images.Layers.CreateWriter(new LayerWriterOptions());
        await writer.AddAsync(new LayerEntry { Path = "base", Kind = LayerEntryKind.File, Mode = 0x1A4, Size = bytes.Length }, new MemoryStream(bytes), Token);
        Layer layer = await writer.CompleteAsync(Token);
        var config = new ImageConfig { Os = "linux", Architecture = Platform.Host.Architecture, RootFs = new RootFileSystem { DiffIds = [layer.DiffId] } };
        StoredImage image = await _publisher.Images.PutImageAsync(config, [layer.TarDescriptor], Token);
        return await new ImagePusher(Registries, _publisher.Images).PushAsync(image, Name(name), CompressionKind.Gzip, null, Token);
    }

    public StoreBaseImages Bases(PullPolicy pull = PullPolicy.Missing, bool offline = false) => new(
        Images, new ImagePuller(Registries, Images), new ResolvedTags(Images, TimeProvider.System), new BaseImageOptions { Pull = pull, Offline = offline, Note = Notes.Add });

    public Task<BaseImage> ResolveAsync(string name, PullPolicy pull = PullPolicy.Missing, bool offline = false) =>
        Bases(pull, offline).ResolveAsync(Name(name), Platform.Host, Token);

    /// <summary>Builds a recipe in which BASE/ stands for the registry.</summary>
    public async Task<BuiltImage> BuildAsync(string recipe, params Platform[] platforms)
    {
        DockerfileDocument document = DockerfileDocument.Parse(new SourceText("Dockerfile", recipe.Replace("BASE/", Registry.Host + "/", StringComparison.Ordinal)));
        List<Plan> plans = [];
        foreach (Platform platform in platforms.Length > 0 ? platforms : [Platform.Host])
        {
            plans.Add(await DockerfilePlanner.PlanAsync(document, new PlanOptions { Platform = platform, ShowPlatform = platforms.Length > 1 }, Bases(), Token));
        }

        using var sources = new RemoteSources(Images, _http, GitCredentials.None, new SourceOptions(), TimeProvider.System);
        using var session = new BuildSession(
            Images, new Dictionary<string, Slipway.Build.Contexts.IBuildContext>(), () => throw new InvalidOperationException("nothing is run here"), sources, new BuildSettings(), Progress);
        return await new ImageBuilder(session).BuildAsync(plans, "Dockerfile", Token);
    }

    public Recorder Progress { get; } = new();

    public void Dispose()
    {
        Registries.Dispose();
        Registry.Dispose();
        _store.Dispose();
        _publisher.Dispose();
    }

    internal sealed class Recorder : Build.Progress.IBuildProgress
    {
        public System.Collections.Concurrent.ConcurrentQueue<Build.Progress.BuildEvent> Events { get; } = new();

        public void Report(Build.Progress.BuildEvent e) => Events.Enqueue(e);
    }
}
