using System.Collections.Concurrent;
using Slipway.Build.Cache;
using Slipway.Build.Contexts;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Build.Sources;
using Slipway.Dockerfile;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Archives;
using Slipway.Images.Model;
using Slipway.Images.Store;
using Slipway.Sandbox.Containers;
using Slipway.Sandbox.Hosts;

namespace Slipway.Build.Tests;

/// <summary>Builds recipes with a context folder of their own.</summary>
internal sealed class Builds(Store store) : IBuildProgress
{
    private static int s_folders;

    public string Folder { get; } = Directory.CreateDirectory(store[$"context-{Interlocked.Increment(ref s_folders)}"]).FullName;

    /// <summary>What happened, in the order it was heard.</summary>
    public ConcurrentQueue<BuildEvent> Events { get; } = new();

    public BuildSettings Settings { get; init; } = new();

    public IVirtualStages? VirtualStages { get; init; }

    /// <summary>Hears every event too.</summary>
    public Action<BuildEvent> Heard { get; set; } = _ => { };

    public IReadOnlyList<string> Labels<T>() where T : StepEvent
    {
        Dictionary<StepId, string> labels = Events.OfType<StepStarted>().ToDictionary(s => s.Step, s => s.Label);
        return [.. Events.OfType<T>().Select(e => labels[e.Step])];
    }

    public void Write(string path, string text, UnixFileMode mode = UnixFileMode.UserRead | UnixFileMode.UserWrite)
    {
        string full = Path.Combine(Folder, path);
        Directory.CreateDirectory(Path.GetDirectoryName(full)!);
        File.WriteAllText(full, text);
        File.SetUnixFileMode(full, mode);
    }

    public Task<StoredImage> BuildAsync(string recipe, string? target = null) =>
        StoppableAsync(recipe, target, TestContext.Current.CancellationToken);

    /// <summary>A build that is to be cancelled.</summary>
    public async Task<StoredImage> StoppableAsync(string recipe, string? target, CancellationToken token)
    {
        Events.Clear();
        DockerfileDocument document = DockerfileDocument.Parse(new SourceText("Dockerfile", recipe));
        Plan plan = await DockerfilePlanner.PlanAsync(document, new PlanOptions { Target = target, VirtualStages = VirtualStages }, new LocalImages(store.Images), token);
        var stats = StatCache.Load(Path.Combine(store.Images.Root, "stat-v1"), Folder, TimeProvider.System);
        var contexts = new Dictionary<string, IBuildContext> { ["context"] = new LocalContext(Folder, null, stats) };
        using var sources = new RemoteSources(store.Images, new HttpPolicyOptions { BaseDelay = TimeSpan.Zero }, GitCredentials.None, new SourceOptions(), TimeProvider.System);
        ContainerRunner? runner = null;
        using var session = new BuildSession(
            store.Images, contexts, async () => runner = new ContainerRunner(await SandboxHost.DetectAsync(token)), sources, Settings, this);
        try
        {
            StoredImage image = await new ImageBuilder(session).BuildAsync(plan, "Dockerfile", token);
            await new CacheExport(session).RunAsync([plan], token);
            return image;
        }
        finally
        {
            runner?.Dispose();
        }
    }

    void IBuildProgress.Report(BuildEvent e)
    {
        Events.Enqueue(e);
        Heard(e);
    }

    private sealed class LocalImages(ImageStore images) : IBaseImages
    {
        public async Task<BaseImage> ResolveAsync(
            ImageReference reference, Platform platform, CancellationToken cancellationToken) =>
            await images.FindAsync(reference, platform, cancellationToken) is { } found
                ? new BaseImage(reference, found.ManifestDescriptor.Digest, found.Config, [.. found.Manifest.Layers])
                : throw new DiagnosticException("no-such-image", $"{reference.Familiar} is not in the store");

        public Task<BaseImage> ResolveAsync(OciLayoutName layout, Platform platform, CancellationToken cancellationToken) =>
            throw new DiagnosticException("no-such-image", $"there is no layout {layout.Folder}");
    }
}
