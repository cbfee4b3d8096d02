using System.Collections.Concurrent;
using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>All registries of a run: one client, and with it one set of connections and tokens, for each.</summary>
public sealed class Registries(RegistryOptions options, TimeProvider clock) : IDisposable
{
    private readonly ConcurrentDictionary<string, Lazy<RegistryClient>> _clients = new(StringComparer.OrdinalIgnoreCase);

    public RegistryOptions Options => options;

    public RegistryClient For(ImageReference reference) => For(reference.Registry);

    public RegistryClient For(string registry) =>
        _clients.GetOrAdd(registry, name => new Lazy<RegistryClient>(() => new RegistryClient(name, options, clock))).Value;

    /// <summary>
    /// Begins to connect to a registry, and to log in for a push, while the caller still gets ready. A failure is told by the first request that needs an answer.
    /// </summary>
    public void Approach(ImageReference reference, CancellationToken cancellationToken) =>
        _ = Task.Run(() => For(reference).Connection.ApproachAsync(new RegistryScope(reference.Repository, Push: true), cancellationToken), cancellationToken);

    /// <summary>Opens a blob of the image that <paramref name="origin"/> names. This is what <see cref="Store.BlobStore.Fetcher"/> wants.</summary>
    public Task<Stream> FetchAsync(Descriptor blob, string origin, CancellationToken cancellationToken)
    {
        ImageReference reference = ImageReference.Parse(origin);
        return Task.FromResult(For(reference).OpenBlob(reference.Repository, blob, progress: null));
    }

    public void Dispose()
    {
        foreach (Lazy<RegistryClient> client in _clients.Values)
        {
            client.Value.Dispose();
        }
    }
}
