using System.Collections.Concurrent;
using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>All registries of a run: one client for each, and one set of connections and tokens for each place that is asked.</summary>
public sealed class Registries(RegistryOptions options, TimeProvider clock) : IDisposable
{
    private readonly RegistryConnections _connections = new(options, clock);
    private readonly ConcurrentDictionary<(string, bool), RegistryClient> _clients = new();

    public RegistryOptions Options => options;

    public RegistryClient For(ImageReference reference) => For(reference.Registry);

    public RegistryClient For(string registry) => ClientOf(registry, direct: false);

    /// <summary>A client that asks no mirrors: for things whose being there must be true of the origin itself.</summary>
    public RegistryClient Direct(ImageReference reference) => ClientOf(reference.Registry, direct: true);

    /// <summary>
    /// Begins to connect to a registry, and to log in for a push, while the caller still gets ready. A failure is told by the first request that needs an answer.
    /// </summary>
    public void Approach(ImageReference reference, CancellationToken cancellationToken) =>
        _ = Task.Run(() => For(reference).ApproachAsync(reference.Repository, cancellationToken), cancellationToken);

    /// <summary>Opens a blob of the image that <paramref name="origin"/> names. This is what <see cref="Store.BlobStore.Fetcher"/> wants.</summary>
    public Task<Stream> FetchAsync(Descriptor blob, string origin, CancellationToken cancellationToken)
    {
        ImageReference reference = ImageReference.Parse(origin);
        RegistryClient client = For(reference);
        if (reference.Digest is null)
        {
            client.FollowTag(reference.Repository);
        }

        return Task.FromResult(client.OpenBlob(reference.Repository, blob, progress: null));
    }

    public void Dispose() => _connections.Dispose();

    private RegistryClient ClientOf(string registry, bool direct) =>
        _clients.GetOrAdd((registry.ToLowerInvariant(), direct), _ => new RegistryClient(new RegistryRouter(registry, _connections, direct), registry));
}
