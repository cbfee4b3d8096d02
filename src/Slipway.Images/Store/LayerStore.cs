using System.Collections.Concurrent;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Images.Layers;

namespace Slipway.Images.Store;

/// <summary>
/// The layers of the store in their forms: entries, tar, compressed blobs, tree. A form is made when it is first asked for, by one
/// thread of one process while the others wait, and then kept.
/// </summary>
public sealed partial class LayerStore
{
    private readonly StoreLayout _layout;
    private readonly StoreLease _lease;
    private readonly StoreUse _use;
    private readonly BlobStore _blobs;
    private readonly SpaceCheck _space;
    private readonly LayerLock _locks;
    private readonly ConcurrentDictionary<Digest, Layer> _loaded = new();
    private readonly ConcurrentDictionary<Digest, ConcurrentDictionary<string, Digest>> _digests = new();

    internal LayerStore(StoreLayout layout, StoreLease lease, StoreUse use, BlobStore blobs, SpaceCheck space)
    {
        (_layout, _lease, _use, _blobs, _space) = (layout, lease, use, blobs, space);
        _locks = new LayerLock(layout, use);
    }

    /// <summary>
    /// Whether owners that cannot be set are passed over when a tree is made: for a user namespace that has only one id. Set once at start.
    /// </summary>
    public bool IgnoreOwnerErrors { get; set; }

    /// <summary>Whether some form of the layer is here from which the others can be made without a network.</summary>
    public bool Exists(Digest diffId)
    {
        _use.Mark(_layout.Layer(diffId));
        return _blobs.Exists(diffId)
            || (TryGetTree(diffId) is not null && File.Exists(EntriesPath(diffId)))
            || KnownBlobs(diffId).Any(blob => _blobs.Exists(blob.Descriptor.Digest));
    }

    /// <summary>Whether the layer is here or a blob of it was registered with an origin.</summary>
    public bool IsKnown(Digest diffId) => Exists(diffId) || KnownBlobs(diffId).Any(blob => blob.Origin is not null);

    public LayerWriter CreateWriter(LayerWriterOptions options) =>
        new(options, options.KeepTar ? _lease.NewPath("tar") : null, CommitAsync);

    /// <summary>The entries of the layer.</summary>
    /// <exception cref="FileNotFoundException">Nothing is known of the layer.</exception>
    public async Task<LayerIndex> GetIndexAsync(Digest diffId, CancellationToken cancellationToken) =>
        (await GetAsync(diffId, cancellationToken)).Index;

    /// <summary>The layer with its entries and size.</summary>
    /// <exception cref="FileNotFoundException">Nothing is known of the layer.</exception>
    public async Task<Layer> GetAsync(Digest diffId, CancellationToken cancellationToken)
    {
        if (_loaded.TryGetValue(diffId, out Layer? loaded))
        {
            return loaded;
        }

        if (TryLoad(diffId) is { } stored)
        {
            return stored;
        }

        using IDisposable held = await _locks.AcquireAsync(diffId, cancellationToken);
        if (TryLoad(diffId) is { } storedMeanwhile)
        {
            return storedMeanwhile;
        }

        UnpackedTar scanned = await ReadArrivingAsync(
            async () =>
            {
                Stream tar = await OpenArrivingAsync(diffId, null, cancellationToken);
                return await NamedAsync(diffId, TreeUnpacker.ScanAsync(tar, OptionsFor(diffId), cancellationToken), tar as ArrivingTar);
            },
            static () => { });
        return Save(new Layer(diffId, scanned.TarSize, scanned.Index));
    }

    /// <summary>The layer's directory as overlayfs wants it, unpacked if need be.</summary>
    /// <exception cref="FileNotFoundException">Nothing is known of the layer.</exception>
    public Task<string> GetTreeAsync(Digest diffId, CancellationToken cancellationToken) => GetTreeAsync(diffId, null, cancellationToken);

    /// <summary>As the other; a blob that is not here comes from <paramref name="fetcher"/>, and is unpacked while it comes.</summary>
    public async Task<string> GetTreeAsync(Digest diffId, BlobFetcher? fetcher, CancellationToken cancellationToken)
    {
        if (TryGetTree(diffId) is { } ready)
        {
            return ready;
        }

        using IDisposable held = await _locks.AcquireAsync(diffId, cancellationToken);
        if (TryGetTree(diffId) is { } madeMeanwhile)
        {
            return madeMeanwhile;
        }

        string temporary = _lease.NewPath("tree");
        Directory.CreateDirectory(temporary);
        try
        {
            long size = TryLoad(diffId)?.TarSize ?? (SourceOf(diffId) is { } source ? _blobs.SizeOf(source) : null) ?? 0;
            await _space.RequireAsync(size, $"unpacking the layer {diffId.Short}", cancellationToken);
            UnpackedTar unpacked = await ReadArrivingAsync(
                async () =>
                {
                    Stream tar = await OpenArrivingAsync(diffId, fetcher, cancellationToken);
                    return await NamedAsync(diffId, TreeUnpacker.UnpackAsync(tar, temporary, OptionsFor(diffId), cancellationToken), tar as ArrivingTar);
                },
                () =>
                {
                    DirectoryHandle.RemoveTreeAt(temporary);
                    Directory.CreateDirectory(temporary);
                });
            if (TryLoad(diffId) is null)
            {
                Save(new Layer(diffId, unpacked.TarSize, unpacked.Index));
            }

            Directory.Move(temporary, TreePath(diffId));
        }
        catch
        {
            DirectoryHandle.RemoveTreeAt(temporary);
            throw;
        }

        _use.Mark(TreePath(diffId), _layout.Layer(diffId));
        return TreePath(diffId);
    }

    // What reads archives does not know whose they are. Damaged bytes are taken away, so that a pull or load brings the right ones; if they came just now, it is
    // the blob's digest that says so best.
    private async Task<T> NamedAsync<T>(Digest diffId, Task<T> reading, ArrivingTar? arriving = null)
    {
        try
        {
            return await reading;
        }
        catch (InvalidDataException e)
        {
            await (arriving?.Fetched ?? Task.CompletedTask);
            Digest source = SourceOf(diffId) ?? diffId;
            File.Delete(_blobs.PathOf(source));
            LoseBlob(diffId, source);
            throw e.Message.Contains(diffId.Hex[..12], StringComparison.Ordinal) ? e : new InvalidDataException($"The layer {diffId} is damaged: {e.Message}", e);
        }
    }

    /// <summary>The directory if it is there already, else null.</summary>
    public string? TryGetTree(Digest diffId) => _use.Mark(TreePath(diffId), _layout.Layer(diffId)) ? TreePath(diffId) : null;

    /// <summary>
    /// Takes the directory over as the tree of a layer just written without unpacking; gone afterwards even if the layer had a tree already.
    /// </summary>
    public async Task AdoptTreeAsync(Layer layer, string directory, CancellationToken cancellationToken)
    {
        using IDisposable held = await _locks.AcquireAsync(layer.DiffId, cancellationToken);
        if (TryGetTree(layer.DiffId) is not null)
        {
            DirectoryHandle.RemoveTreeAt(directory);
            return;
        }

        Directory.Move(directory, TreePath(layer.DiffId));
        _use.Mark(TreePath(layer.DiffId), _layout.Layer(layer.DiffId));
    }

    /// <summary>The uncompressed tar as a file of its own handle, or null when it is not on disk.</summary>
    internal FileStream? OpenTarFile(Digest diffId) => _blobs.Exists(diffId) ? (FileStream)_blobs.OpenRead(diffId) : null;

    /// <summary>Remembers the digest of a file of a layer; kept with its entries when the store is closed.</summary>
    internal void RememberDigest(Digest diffId, string path, Digest digest) =>
        _digests.GetOrAdd(diffId, static _ => new(StringComparer.Ordinal))[path] = digest;

    internal Digest? RememberedDigest(Digest diffId, string path) =>
        _digests.TryGetValue(diffId, out ConcurrentDictionary<string, Digest>? layer) && layer.TryGetValue(path, out Digest digest) ? digest : null;

    internal void SaveDigests()
    {
        foreach ((Digest diffId, ConcurrentDictionary<string, Digest> digests) in _digests)
        {
            if (TryLoad(diffId) is { } layer)
            {
                IEnumerable<LayerEntry> entries = layer.Index.Entries.Select(
                    entry => digests.TryGetValue(entry.Path, out Digest digest) ? entry with { ContentDigest = digest } : entry);
                Save(layer with { Index = LayerIndex.OfSorted([.. entries]) });
            }
        }

        _digests.Clear();
    }

    private async Task CommitAsync(Layer layer, string? tar, CancellationToken cancellationToken)
    {
        using IDisposable held = await _locks.AcquireAsync(layer.DiffId, cancellationToken);
        if (tar is not null)
        {
            _blobs.Take(tar, layer.DiffId);
        }

        if (TryLoad(layer.DiffId) is null)
        {
            Save(layer);
        }

        _use.Mark(_layout.Layer(layer.DiffId));
    }

    // Not synced to disk: the file carries a checksum, and a damaged one is made again from the tar.
    private Layer Save(Layer layer)
    {
        string temporary = _lease.NewPath("entries");
        File.WriteAllBytes(temporary, LayerIndexFile.Write(layer));
        Directory.CreateDirectory(_layout.Layer(layer.DiffId));
        File.Move(temporary, EntriesPath(layer.DiffId), overwrite: true);
        _loaded[layer.DiffId] = layer;
        return layer;
    }

    private Layer? TryLoad(Digest diffId)
    {
        if (_loaded.TryGetValue(diffId, out Layer? loaded))
        {
            return loaded;
        }

        if (!_use.Mark(EntriesPath(diffId), _layout.Layer(diffId)))
        {
            return null;
        }

        try
        {
            return _loaded[diffId] = LayerIndexFile.Read(diffId, File.ReadAllBytes(EntriesPath(diffId)));
        }
        catch (InvalidDataException)
        {
            return null; // damaged by a power cut: made again
        }
    }

    private UnpackOptions OptionsFor(Digest diffId) => new() { Expected = diffId, DetectCompression = false, IgnoreOwnerErrors = IgnoreOwnerErrors, Name = $"layer {diffId.Short}" };

    private string TreePath(Digest diffId) => Path.Combine(_layout.Layer(diffId), "tree");

    private string EntriesPath(Digest diffId) => Path.Combine(_layout.Layer(diffId), "entries");
}
