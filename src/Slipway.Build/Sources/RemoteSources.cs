using Slipway.Foundation.Http;
using Slipway.Images.Store;

namespace Slipway.Build.Sources;

/// <summary>Everything that a build fetches besides images: downloads and repositories.</summary>
public sealed class RemoteSources : IDisposable
{
    private readonly HttpPolicy _near, _far;

    /// <param name="store">Where it is kept.</param>
    /// <param name="http">How patient to be.</param>
    /// <param name="credentials">For repositories.</param>
    /// <param name="options">What holds for all.</param>
    /// <param name="clock">Measures waits.</param>
    public RemoteSources(ImageStore store, HttpPolicyOptions http, GitCredentials credentials, SourceOptions options, TimeProvider clock)
    {
        _near = new HttpPolicy(http with { UseProxy = false }, clock);
        _far = new HttpPolicy(http, clock);
        Options = options;
        Downloads = new Downloads(store, url => url.IsLoopback ? _near : _far, options);
        Repositories = new GitRepositories(store, credentials, options.Offline);
    }

    public SourceOptions Options { get; }

    public Downloads Downloads { get; }

    public GitRepositories Repositories { get; }

    public void Dispose()
    {
        _near.Dispose();
        _far.Dispose();
    }
}
