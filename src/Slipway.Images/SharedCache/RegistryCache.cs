using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.Registry;

namespace Slipway.Images.SharedCache;

/// <summary>A repository of a registry as a shared cache: an entry is the artifact with the tag <c>slipway-cache-v1-&lt;hex of the key&gt;</c>.</summary>
/// <remarks>Mirrors are never asked: whether an entry is there decides whether it is sent.</remarks>
/// <param name="asking">Asks for entries; need not be patient, since a cache that does not answer is done without.</param>
/// <param name="sending">Sends entries.</param>
/// <param name="reference">The repository; its tag says nothing here.</param>
public sealed class RegistryCache(Registries asking, Registries sending, ImageReference reference) : ISharedCache
{
    private readonly Lock _gate = new();
    private Task? _config;

    public string Name => reference.Name;

    public string Origin => CacheOrigins.OfRegistry(reference);

    public async Task<CacheEntry?> FindAsync(Digest key, CancellationToken cancellationToken)
    {
        try
        {
            return await asking.Direct(reference).TryGetManifestAsync(reference.Repository, TagOf(key), cancellationToken) is { } manifest
                ? CacheEntryDocument.Read(manifest.Bytes.Span, key)
                : null;
        }
        catch (DiagnosticException e) when (e.Diagnostics[0].Code is "unknown-manifest" or "corrupt-blob")
        {
            throw new InvalidDataException(e.Diagnostics[0].Message, e);
        }
    }

    public async Task<bool> HasAsync(Digest key, CancellationToken cancellationToken) =>
        await sending.Direct(reference).ResolveAsync(reference.Repository, TagOf(key), cancellationToken) is not null;

    public async Task PutAsync(
        CacheEntry entry, Func<Descriptor, Func<Stream>> open, bool replace, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        RegistryClient client = sending.Direct(reference);
        foreach (CacheLayer layer in entry.Layers)
        {
            await client.PushBlobAsync(reference.Repository, layer.Blob, [], _ => Task.FromResult(open(layer.Blob)), progress, cancellationToken);
        }

        await PutConfigAsync(client, cancellationToken);
        await client.PutManifestAsync(
            reference.Repository, TagOf(entry.Key), MediaTypes.OciManifest, CacheEntryDocument.Write(entry), cancellationToken);
    }

    private static string TagOf(Digest key) => $"{CacheEntryDocument.Format}-{key.Hex}";

    // The config of all artifacts, sent once.
    private Task PutConfigAsync(RegistryClient client, CancellationToken cancellationToken)
    {
        lock (_gate)
        {
            return _config ??= client.PushBlobAsync(
                reference.Repository,
                CacheEntryDocument.Empty,
                [],
                _ => Task.FromResult<Func<Stream>>(() => new MemoryStream(CacheEntryDocument.EmptyConfig.ToArray())),
                null,
                cancellationToken);
        }
    }
}
