using System.Collections.Concurrent;
using System.Collections.Immutable;
using Slipway.Build.Contexts;
using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Build.Sources;
using Slipway.Cli.Commands.Conda;
using Slipway.Environments.Building;
using Slipway.Environments.Builds;
using Slipway.Foundation.Http;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Images.Configuration;
using Slipway.Images.Store;
using Slipway.PyPi.Indexes;
using Slipway.Sandbox.Containers;
using Slipway.Sandbox.Hosts;

namespace Slipway.Cli.Commands.Environments;

/// <summary>Connections and settings of one command that builds or locks a repository's environment.</summary>
internal sealed class EnvironmentSession(CliContext cli, ImageStore store, RemoteSources sources, string folder) : IDisposable
{
    private static readonly string[] s_usualChannels = ["conda-forge"];

    private readonly HttpPolicy _http = new(new HttpPolicyOptions(), cli.Clock);
    private readonly HttpPolicy _here = new(new HttpPolicyOptions { UseProxy = false }, cli.Clock);

    private readonly ConcurrentDictionary<string, bool> _asked = new(StringComparer.Ordinal);

    /// <summary>The variables of the caller that something was asked of.</summary>
    public ImmutableArray<string> AskedVariables => [.. _asked.Keys.Order(StringComparer.Ordinal)];

    /// <param name="images">Finds base images.</param>
    /// <param name="progress">Hears what is done.</param>
    public EnvironmentServices Services(IBaseImages images, IBuildProgress progress)
    {
        CondaConfig config = cli.Config.Value.Conda;
        return new EnvironmentServices
        {
            Store = store,
            Images = images,
            Http = address => address.IsLoopback ? _here : _http,
            Channels = CondaFlags.SettingsOf(config, null, folder),
            UsualChannels = config.Channels is { Count: > 0 } usual ? usual : s_usualChannels,
            Priority = CondaFlags.PriorityOf(config.ChannelPriority),
            Variables = Variable,
            Indexes = IndexSettings.Of(cli.Config.Value.Python, Variable),
            Folder = folder,
            Clock = cli.Clock,
            Repositories = new GitSources(() => sources.Repositories),
            RunForFileAsync = (operation, path, token) => RunForFileAsync(operation, path, progress, token),
            LayersOfAsync = async (operation, token) => (await CarryOutAsync(operation, new BuildSettings { Offline = NetworkAccess.IsForbidden }, SilentProgress.Instance, token)).Config.DiffIds,
            Warn = warning => progress.Report(new BuildWarning(warning)),
            Note = text => progress.Report(new BuildNote(text)),
        };
    }

    private string? Variable(string name)
    {
        _asked.TryAdd(name, true);
        return CliContext.Environment(name);
    }

    public void Dispose()
    {
        _http.Dispose();
        _here.Dispose();
    }

    private async Task<byte[]> RunForFileAsync(Operation operation, string path, IBuildProgress progress, CancellationToken cancellationToken)
    {
        StoredImage image = await CarryOutAsync(operation, new BuildSettings { NoCache = [], Offline = NetworkAccess.IsForbidden }, progress, cancellationToken);
        SnapshotTree tree = await SnapshotTree.LoadAsync(store.Layers, image.Config.DiffIds, cancellationToken);
        FileNode file = await tree.FindAsync(path, cancellationToken) is { Kind: FileKind.Regular } node ? node
            : throw new DiagnosticException("no-answer", "The base image's apt gave no answer.", "Look at its output above.");
        await using Stream bytes = await tree.OpenAsync(file, cancellationToken);
        using var content = new MemoryStream();
        await bytes.CopyToAsync(content, cancellationToken);
        return content.ToArray();
    }

    private async Task<StoredImage> CarryOutAsync(Operation operation, BuildSettings settings, IBuildProgress progress, CancellationToken cancellationToken)
    {
        ContainerRunner? runner = null;
        using var session = new BuildSession(store, new Dictionary<string, IBuildContext>(), StartAsync, sources, settings, progress);
        try
        {
            Operation root = operation;
            while (root.Parent is { } parent)
            {
                root = parent;
            }

            var stage = new PlannedStage("ask", 0, operation, ((ImageOperation)root).Image.Config, []);
            return (await new ImageBuilder(session).BuildAsync([new Plan { Target = stage, Stages = [stage], Decisions = [], Warnings = [] }], "ask", cancellationToken)).Images[0];
        }
        finally
        {
            runner?.Dispose();
        }

        async Task<ContainerRunner> StartAsync() => runner = new ContainerRunner(await SandboxHost.DetectAsync(cancellationToken));
    }
}
