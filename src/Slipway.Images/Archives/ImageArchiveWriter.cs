using System.IO.Pipelines;
using Slipway.Foundation.Files;
using Slipway.Foundation.Hashing;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;

namespace Slipway.Images.Archives;

/// <summary>
/// Writes images into one archive, every blob once. The same images give the same bytes. Layers keep the form their manifest names, and so
/// manifests keep their digests.
/// </summary>
public sealed class ImageArchiveWriter(ImageStore store, TimeProvider clock)
{
    /// <summary>The compression that a file's name asks for: <c>.gz</c>, <c>.tgz</c>, <c>.zst</c>.</summary>
    public static CompressionKind CompressionFor(string path) => Path.GetExtension(path) switch
    {
        ".gz" or ".tgz" => CompressionKind.Gzip,
        ".zst" or ".tzst" => CompressionKind.Zstd,
        _ => CompressionKind.None,
    };

    /// <summary>Writes a file; it appears when it is whole.</summary>
    public async Task WriteAsync(
        IReadOnlyList<ArchivedImage> images,
        ArchiveFormat format,
        CompressionKind compression,
        string path,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        await AtomicFile.WriteAsync(Path.GetFullPath(path), stream => WriteAsync(images, format, compression, stream, progress, cancellationToken));
    }

    /// <summary>Writes to a stream, compressed as a whole if wanted.</summary>
    public async Task WriteAsync(
        IReadOnlyList<ArchivedImage> images,
        ArchiveFormat format,
        CompressionKind compression,
        Stream output,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken)
    {
        if (compression == CompressionKind.None)
        {
            await WriteTarAsync(images, format, output, progress, cancellationToken);
            return;
        }

        using var stop = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
        var pipe = new Pipe(new PipeOptions(pauseWriterThreshold: 8 << 20, resumeWriterThreshold: 4 << 20, minimumSegmentSize: 1 << 16));
        Task writing = Task.Run(() => FillAsync(pipe.Writer, images, format, progress, stop.Token), stop.Token);
        try
        {
            await using Stream tar = pipe.Reader.AsStream();
            await Compressor.CompressAsync(tar, output, compression, Environment.ProcessorCount, cancellationToken);
        }
        catch
        {
            await stop.CancelAsync();
            throw;
        }

        await writing;
    }

    private async Task FillAsync(
        PipeWriter pipe, IReadOnlyList<ArchivedImage> images, ArchiveFormat format, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        try
        {
            await WriteTarAsync(images, format, pipe.AsStream(leaveOpen: true), progress, cancellationToken);
            await pipe.CompleteAsync();
        }
        catch (Exception e)
        {
            await pipe.CompleteAsync(e); // The reader throws it.
        }
    }

    private async Task WriteTarAsync(
        IReadOnlyList<ArchivedImage> images, ArchiveFormat format, Stream output, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        ArchiveDraft draft = await ArchiveDraft.OfAsync(store, images, format, cancellationToken);
        var tar = new TarBlobWriter(output);
        await tar.WriteFileAsync(ArchiveNames.LayoutFile, ArchiveDocuments.Layout, cancellationToken);
        await tar.WriteFileAsync(ArchiveNames.IndexFile, ArchiveDocuments.Index(draft.Entries), cancellationToken);
        if (format == ArchiveFormat.Docker)
        {
            await tar.WriteFileAsync(
                ArchiveNames.ManifestFile, ArchiveDocuments.DockerManifest(draft.Images.Select(i => (i.Manifest, i.Names))), cancellationToken);
        }

        await WriteBlobsAsync(tar, draft, progress, cancellationToken);
        await tar.EndAsync(cancellationToken);
    }

    private async Task WriteBlobsAsync(TarBlobWriter tar, ArchiveDraft draft, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        await tar.WriteDirectoryAsync("blobs", cancellationToken);
        await tar.WriteDirectoryAsync("blobs/sha256", cancellationToken);
        foreach ((Descriptor document, byte[] bytes) in draft.Documents)
        {
            await tar.WriteFileAsync(ArchiveDocuments.BlobName(document), bytes, cancellationToken);
        }

        foreach ((Descriptor blob, Digest? diffId) in draft.Blobs)
        {
            if (diffId is { } layer)
            {
                await store.Layers.EnsureBlobAsync(layer, blob, cancellationToken);
            }

            var meter = new TransferMeter(progress, blob.Digest, blob.Size, clock);
            await using var content = new MeteredStream(store.Blobs.OpenRead(blob.Digest), meter, cancellationToken);
            await tar.WriteFileAsync(ArchiveDocuments.BlobName(blob), content, blob.Size, cancellationToken);
        }
    }
}
