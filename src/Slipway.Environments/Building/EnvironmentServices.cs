using Slipway.Build.Frontend;
using Slipway.Build.Graph;
using Slipway.Conda.Channels;
using Slipway.Conda.Solving;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Store;
using Slipway.PyPi.Builds;
using Slipway.PyPi.Indexes;

namespace Slipway.Environments.Building;

/// <summary>What looking up and fetching packages needs of the world.</summary>
public sealed record EnvironmentServices
{
    public required ImageStore Store { get; init; }

    /// <summary>Finds base images.</summary>
    public required IBaseImages Images { get; init; }

    /// <summary>Sends the requests to an address, patiently.</summary>
    public required Func<Uri, HttpPolicy> Http { get; init; }

    /// <summary>What the site decided about conda channels.</summary>
    public required ChannelSettings Channels { get; init; }

    /// <summary>The channels of environments that name none.</summary>
    public required IReadOnlyList<string> UsualChannels { get; init; }

    public ChannelPriority Priority { get; init; } = ChannelPriority.Strict;

    /// <summary>What the site decided about indexes of Python packages.</summary>
    public IndexSettings Indexes { get; init; } = new();

    /// <summary>Where relative paths of channels and indexes begin: the repository's folder.</summary>
    public string Folder { get; init; } = "/";

    /// <summary>Variables of the caller (<c>CONDA_OVERRIDE_…</c>, <c>${TOKEN}</c> in addresses).</summary>
    public required Func<string, string?> Variables { get; init; }

    public required TimeProvider Clock { get; init; }

    /// <summary>Checks out the repositories that requirements name.</summary>
    public required ISourceRepositories Repositories { get; init; }

    /// <summary>Carries out an operation, never from the cache, and gives the content of a file of its result.</summary>
    public required Func<Operation, string, CancellationToken, Task<byte[]>> RunForFileAsync { get; init; }

    /// <summary>Carries out an operation, from the cache where it can, and gives the layers of its result, lowest first.</summary>
    public required Func<Operation, CancellationToken, Task<IReadOnlyList<Digest>>> LayersOfAsync { get; init; }

    /// <summary>Hears what people should know while it happens.</summary>
    public Action<Diagnostic> Warn { get; init; } = _ => { };

    /// <summary>Hears in a line what is being done.</summary>
    public Action<string> Note { get; init; } = _ => { };
}
