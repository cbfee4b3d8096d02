using System.Collections.Concurrent;
using Slipway.Foundation.Hashing;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.SharedCache;

namespace Slipway.Images.Store;

/// <summary>Layers that only a shared cache holds until somebody needs their bytes.</summary>
public sealed partial class LayerStore
{
    private readonly ConcurrentDictionary<Digest, bool> _lost = new();

    /// <summary>Whether the layer is not here but a shared cache is said to hold it.</summary>
    public bool IsAtCache(Digest diffId) => !Exists(diffId) && KnownBlobs(diffId).Any(blob => CacheOrigins.IsCache(blob.Origin));

    /// <summary>Whether this process failed to get the layer from where it was said to be.</summary>
    public bool IsLost(Digest diffId) => _lost.ContainsKey(diffId) && !Exists(diffId);

    /// <summary>Remembers that a shared cache holds the layer. What it holds is checked when it is fetched.</summary>
    public async Task AddCachedAsync(CacheLayer layer, string origin, CancellationToken cancellationToken)
    {
        using IDisposable held = await _locks.AcquireAsync(layer.DiffId, cancellationToken);
        AddKnownBlob(layer.DiffId, layer.Blob, origin, layer.TarSize);
    }

    /// <summary>
    /// Names the uncompressed tar as <see cref="Layers.Layer.TarDescriptor"/> does, without fetching a layer that a shared cache holds.
    /// </summary>
    /// <exception cref="FileNotFoundException">Nothing is known of the layer.</exception>
    public async Task<Descriptor> GetTarDescriptorAsync(Digest diffId, CancellationToken cancellationToken) =>
        TryLoad(diffId) is { } known ? known.TarDescriptor
        : IsAtCache(diffId) && LayerJsonContext.Read(BlobsPath(diffId)).TarSize is { } size ? new Descriptor(MediaTypes.OciLayerTar, diffId, size)
        : await GetBlobAsync(diffId, CompressionKind.None, cancellationToken);

    /// <summary>Removes the uncompressed tar of a layer that has a compressed one here, too.</summary>
    public void DropTar(Digest diffId)
    {
        if (FindCompressed(diffId) is not null)
        {
            File.Delete(_blobs.PathOf(diffId));
        }
    }

    /// <summary>The compressed blob of the layer that is here already, in whatever compression; null when there is none.</summary>
    public Descriptor? FindCompressed(Digest diffId) =>
        KnownBlobs(diffId).FirstOrDefault(blob => CompressionOf(blob.MediaType) != CompressionKind.None && _blobs.Exists(blob.Descriptor.Digest))?.Descriptor;

    // A blob that goes on as it is (to a registry) is looked into first: a cache could hold something else under its name.
    private async Task CheckFetchedAsync(Digest diffId, LayerBlob blob, CancellationToken cancellationToken)
    {
        if (CacheOrigins.IsCache(blob.Origin))
        {
            await using Stream tar = Decompressor.OpenDetected(_blobs.OpenRead(blob.Descriptor.Digest), out _);
            await NamedAsync(diffId, MustBeAsync(Digest.OfAsync(tar, cancellationToken)));
        }

        async Task<Digest> MustBeAsync(Task<Digest> hashing) => await hashing is var digest && digest == diffId
            ? digest
            : throw new InvalidDataException($"its blob {blob.Descriptor.Digest.Short} holds {digest}");
    }

    // Under the layer's lock. An origin that failed is not asked again; a base image's stays, because nothing else could make that layer.
    private void Lose(Digest diffId, string origin)
    {
        _lost.TryAdd(diffId, true);
        LayerBlobs known = LayerJsonContext.Read(BlobsPath(diffId));
        if (CacheOrigins.IsCache(origin))
        {
            WriteKnownBlobs(diffId, known with { Blobs = [.. known.Blobs.Where(blob => blob.Origin != origin)] });
        }
    }

    private void LoseBlob(Digest diffId, Digest blob)
    {
        if (KnownBlobs(diffId).FirstOrDefault(known => known.Descriptor.Digest == blob)?.Origin is { } origin)
        {
            Lose(diffId, origin);
        }
    }
}
