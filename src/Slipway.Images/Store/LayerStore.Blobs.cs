using System.Text.Json;
using Slipway.Foundation.Files;
using Slipway.Foundation.Hashing;
using Slipway.Images.Compression;
using Slipway.Images.Compression.Estargz;
using Slipway.Images.Layers;
using Slipway.Images.Model;

namespace Slipway.Images.Store;

public sealed partial class LayerStore
{
    /// <summary>Below this a blob is made before anybody could begin to send it, and its digest may spare the sending.</summary>
    private const long WorthSharing = 8 << 20;

    /// <summary>The uncompressed tar: from its blob, a compressed blob, or written again from the tree.</summary>
    /// <exception cref="FileNotFoundException">Nothing is known of the layer.</exception>
    public async Task<Stream> OpenTarAsync(Digest diffId, CancellationToken cancellationToken)
    {
        using IDisposable held = await _locks.AcquireAsync(diffId, cancellationToken);
        return await OpenSourceAsync(diffId, cancellationToken);
    }

    /// <summary>The layer as a blob of the store: the tar itself, or compressed once and kept.</summary>
    /// <exception cref="FileNotFoundException">Nothing is known of the layer.</exception>
    public Task<Descriptor> GetBlobAsync(Digest diffId, LayerCompression compression, CancellationToken cancellationToken) =>
        GetBlobAsync(diffId, compression, null, cancellationToken);

    /// <summary>As the other. When a layer worth the trouble must be compressed first, the blob can be read while it is made.</summary>
    /// <param name="diffId">The layer.</param>
    /// <param name="compression">The wanted form.</param>
    /// <param name="growing">Gets the growing blob, and disposes it; not called when the blob is here, or small.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="FileNotFoundException">Nothing is known of the layer.</exception>
    public async Task<Descriptor> GetBlobAsync(
        Digest diffId, LayerCompression compression, Action<GrowingBlob>? growing, CancellationToken cancellationToken)
    {
        using IDisposable held = await _locks.AcquireAsync(diffId, cancellationToken);
        return compression.Kind == CompressionKind.None
            ? await MakeTarAsync(diffId, cancellationToken)
            : await FindCompressedAsync(diffId, compression, cancellationToken) ?? await CompressAsync(diffId, compression, growing, cancellationToken);
    }

    /// <summary>Whether the layer is here in this form.</summary>
    public bool HasBlob(Digest diffId, LayerCompression compression) =>
        KnownBlobs(diffId).Any(blob => blob.Fits(compression) && _blobs.Exists(blob.Descriptor.Digest));

    /// <summary>The blobs known to hold the layer, here or at their origin; the tar itself is among them if it is here.</summary>
    public Task<IReadOnlyList<Descriptor>> GetKnownBlobsAsync(Digest diffId, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        IEnumerable<Descriptor> tar = _blobs.SizeOf(diffId) is { } size ? [new Descriptor(MediaTypes.OciLayerTar, diffId, size)] : [];
        return Task.FromResult<IReadOnlyList<Descriptor>>([.. tar, .. KnownBlobs(diffId).Select(blob => blob.Descriptor)]);
    }

    /// <summary>Where blobs of the layer can be fetched, as <see cref="BlobFetcher"/> understands it.</summary>
    public IEnumerable<(Digest Blob, string Origin)> GetOrigins(Digest diffId) =>
        KnownBlobs(diffId).Where(blob => blob.Origin is not null).Select(blob => (blob.Descriptor.Digest, blob.Origin!));

    /// <summary>Says that the blob, decompressed, is the layer; with an origin the blob need not be here yet.</summary>
    public async Task AddBlobAsync(Digest diffId, Descriptor blob, string? origin, CancellationToken cancellationToken)
    {
        using IDisposable held = await _locks.AcquireAsync(diffId, cancellationToken);
        AddKnownBlob(diffId, blob, origin, null);
    }

    /// <summary>Makes sure that the blob is here, fetching it from its origin if need be.</summary>
    /// <exception cref="FileNotFoundException">It is neither here nor can it be fetched.</exception>
    public async Task EnsureBlobAsync(Digest diffId, Descriptor blob, CancellationToken cancellationToken)
    {
        if (_blobs.Exists(blob.Digest))
        {
            return;
        }

        using IDisposable held = await _locks.AcquireAsync(diffId, cancellationToken);
        if (blob.Digest == diffId && !KnownBlobs(diffId).Any(known => known.Descriptor.Digest == diffId))
        {
            await MakeTarAsync(diffId, cancellationToken);
        }
        else if (!await TryFetchAsync(diffId, known => known.Descriptor.Digest == blob.Digest, cancellationToken))
        {
            throw NotHere(diffId);
        }
    }

    /// <summary>Reads a tar of unknown digest (a docker archive's layer, an <c>import</c>), compressed or not, and stores it uncompressed. The stream is disposed.</summary>
    public Task<Layer> AddTarAsync(Stream tar, CancellationToken cancellationToken) => AddTarAsync(tar, new UnpackOptions(), cancellationToken);

    /// <summary>As the other, read as the options say (an archive of ADD: no whiteouts, no absolute paths).</summary>
    public async Task<Layer> AddTarAsync(Stream tar, UnpackOptions options, CancellationToken cancellationToken)
    {
        string temporary = _lease.NewPath("tar");
        try
        {
            UnpackedTar scanned;
            await using (var copy = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0))
            {
                Stream plain = Decompressor.OpenDetected(tar, out _);
                var tee = new TeeStream(options.MaximumBytes is { } most ? new LimitedStream(plain, most, options.Name) : plain, copy);
                scanned = await TreeUnpacker.ScanAsync(tee, options with { DetectCompression = false }, cancellationToken);
            }

            var layer = new Layer(scanned.DiffId, scanned.TarSize, scanned.Index);
            await CommitAsync(layer, temporary, cancellationToken);
            return layer;
        }
        finally
        {
            File.Delete(temporary);
        }
    }

    private IReadOnlyList<LayerBlob> KnownBlobs(Digest diffId) => LayerJsonContext.Read(BlobsPath(diffId)).Blobs;

    private void AddKnownBlob(Digest diffId, Descriptor blob, string? origin, long? tarSize, string? recipe = null)
    {
        LayerBlobs before = LayerJsonContext.Read(BlobsPath(diffId));
        IReadOnlyList<LayerBlob> known = before.Blobs;
        string digest = blob.Digest.ToString();
        LayerBlob? same = known.FirstOrDefault(other => other.Digest == digest);
        if (same is not null && (origin is null || same.Origin == origin) && (recipe is null || same.Recipe == recipe))
        {
            return;
        }

        WriteKnownBlobs(diffId, before with
        {
            Blobs = [.. known.Where(other => other != same), new LayerBlob(blob.MediaType, digest, blob.Size, origin ?? same?.Origin)
            {
                Recipe = recipe ?? same?.Recipe,
                Annotations = blob.Annotations.ContainsKey(StargzNames.TocDigest) ? blob.Annotations : same?.Annotations,
            }],
            TarSize = tarSize ?? before.TarSize,
        });
        _use.Mark(_layout.Layer(diffId));
    }

    private void WriteKnownBlobs(Digest diffId, LayerBlobs updated)
    {
        string temporary = _lease.NewPath("blobs");
        File.WriteAllBytes(temporary, JsonSerializer.SerializeToUtf8Bytes(updated, LayerJsonContext.Default.LayerBlobs));
        File.Move(temporary, BlobsPath(diffId), overwrite: true);
    }

    // The blob that the layer is read from: the tar as it is, else a compressed one; null when none is here.
    private Digest? SourceOf(Digest diffId) => _blobs.Exists(diffId)
        ? diffId
        : KnownBlobs(diffId).FirstOrDefault(blob => _blobs.Exists(blob.Descriptor.Digest))?.Descriptor.Digest;

    // The tar from whatever form is here, else fetched whole first; under the layer's lock.
    private async Task<Stream> OpenSourceAsync(Digest diffId, CancellationToken cancellationToken) =>
        await TryOpenHereAsync(diffId, cancellationToken)
        ?? (await TryFetchAsync(diffId, static _ => true, cancellationToken) ? await TryOpenHereAsync(diffId, cancellationToken) : null)
        ?? throw NotHere(diffId);

    private async Task<Stream?> TryOpenHereAsync(Digest diffId, CancellationToken cancellationToken)
    {
        if (SourceOf(diffId) is { } here)
        {
            return here == diffId ? _blobs.OpenRead(here) : Decompressor.OpenDetected(_blobs.OpenRead(here), out _);
        }

        if (TryGetTree(diffId) is not null && TryLoad(diffId) is { CanonicalTime: not null })
        {
            await WriteTarFromTreeAsync(diffId, cancellationToken);
            return _blobs.OpenRead(diffId);
        }

        return null;
    }

    private async Task<Descriptor> MakeTarAsync(Digest diffId, CancellationToken cancellationToken)
    {
        if (!_blobs.Exists(diffId))
        {
            await using Stream tar = await OpenSourceAsync(diffId, cancellationToken);
            if (!_blobs.Exists(diffId))
            {
                await using BlobWriter writer = _blobs.CreateWriter();
                await NamedAsync(diffId, WriteAsync(tar, writer));
            }
        }

        return new Descriptor(MediaTypes.OciLayerTar, diffId, _blobs.SizeOf(diffId)!.Value);

        async Task<Digest> WriteAsync(Stream tar, BlobWriter writer)
        {
            await tar.CopyToAsync(writer, 1 << 18, cancellationToken);
            return await writer.CommitAsync(diffId, null, cancellationToken);
        }
    }

    // Layers written by this program can be written again, byte for byte.
    private async Task WriteTarFromTreeAsync(Digest diffId, CancellationToken cancellationToken)
    {
        Layer layer = TryLoad(diffId)!;
        string tree = TreePath(diffId), path = _lease.NewPath("tar");
        await CanonicalTar.WriteAsync(layer, tree, path, Take, cancellationToken);

        void Take(Layer written)
        {
            if (written.DiffId != diffId)
            {
                throw new InvalidDataException($"The tree of the layer {diffId} was changed: it now makes the layer {written.DiffId}. Run \"system check --repair\" and build again.");
            }

            _blobs.Take(path, diffId);
        }
    }

    private async Task<Descriptor?> FindCompressedAsync(Digest diffId, LayerCompression compression, CancellationToken cancellationToken)
    {
        LayerBlob[] known = [.. KnownBlobs(diffId).Where(blob => blob.Fits(compression))];
        LayerBlob? here = known.FirstOrDefault(blob => _blobs.Exists(blob.Descriptor.Digest));
        if (here is null && await TryFetchAsync(diffId, blob => blob.Fits(compression), cancellationToken))
        {
            here = known.First(blob => _blobs.Exists(blob.Descriptor.Digest));
            await CheckFetchedAsync(diffId, here, cancellationToken);
        }

        return here?.Descriptor;
    }

    private async Task<Descriptor> CompressAsync(
        Digest diffId, LayerCompression compression, Action<GrowingBlob>? growing, CancellationToken cancellationToken)
    {
        await using Stream tar = await OpenSourceAsync(diffId, cancellationToken);
        await using BlobWriter writer = _blobs.CreateWriter();
        if (growing is not null && (TryLoad(diffId)?.TarSize ?? _blobs.SizeOf(diffId)) >= WorthSharing)
        {
            growing(writer.Share());
        }

        await Compressor.CompressAsync(tar, writer, compression, Environment.ProcessorCount, cancellationToken);
        Digest digest = await writer.CommitAsync(null, null, cancellationToken);
        var blob = new Descriptor(compression.Kind == CompressionKind.Zstd ? MediaTypes.OciLayerZstd : MediaTypes.OciLayerGzip, digest, writer.Length);
        AddKnownBlob(diffId, blob, null, null, compression.Recipe);
        return blob;
    }

    internal static CompressionKind CompressionOf(string mediaType) =>
        mediaType.EndsWith("gzip", StringComparison.Ordinal) ? CompressionKind.Gzip
        : mediaType.EndsWith("zstd", StringComparison.Ordinal) ? CompressionKind.Zstd
        : CompressionKind.None;

    private static FileNotFoundException NotHere(Digest diffId) => new($"The layer {diffId} is not in the store and cannot be fetched.");

    private string BlobsPath(Digest diffId) => Path.Combine(_layout.Layer(diffId), "blobs.json");
}
