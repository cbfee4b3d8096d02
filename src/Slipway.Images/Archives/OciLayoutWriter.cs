using Slipway.Foundation.Files;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;

namespace Slipway.Images.Archives;

/// <summary>
/// Writes images into an OCI layout folder. Blobs that the folder has are neither read nor written, so a base image that is there costs nothing; the list of
/// images is replaced last, so that the folder is whole at every moment.
/// </summary>
public sealed class OciLayoutWriter(ImageStore store, TimeProvider clock)
{
    /// <exception cref="IOException">The folder cannot be written.</exception>
    public async Task WriteAsync(IReadOnlyList<ArchivedImage> images, string folder, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        ArchiveDraft draft = await ArchiveDraft.OfAsync(store, images, ArchiveFormat.Oci, cancellationToken);
        Directory.CreateDirectory(Path.Combine(folder, "blobs", "sha256"));
        foreach ((Descriptor blob, Foundation.Hashing.Digest? diffId) in draft.Blobs.Where(blob => !Has(folder, blob.Blob)))
        {
            if (diffId is { } layer)
            {
                await store.Layers.EnsureBlobAsync(layer, blob, cancellationToken);
            }

            await CopyAsync(blob, Path.Combine(folder, ArchiveDocuments.BlobName(blob)), progress, cancellationToken);
        }

        foreach ((Descriptor document, byte[] bytes) in draft.Documents.Where(document => !Has(folder, document.Descriptor)))
        {
            AtomicFile.Write(Path.Combine(folder, ArchiveDocuments.BlobName(document)), bytes);
        }

        AtomicFile.Write(Path.Combine(folder, ArchiveNames.LayoutFile), ArchiveDocuments.Layout);
        string index = Path.Combine(folder, ArchiveNames.IndexFile);
        OciIndex added = ImageJson.ReadIndex(ArchiveDocuments.Index(draft.Entries));
        OciIndex before = File.Exists(index) ? ImageJson.ReadIndex(await File.ReadAllBytesAsync(index, cancellationToken)) : new OciIndex();
        IEnumerable<Descriptor> kept = before.Manifests.Where(entry => !added.Manifests.Any(other => Replaces(other, entry)));
        AtomicFile.Write(index, ImageJson.Write(before with { Manifests = [.. kept, .. added.Manifests] }));
    }

    private static bool Replaces(Descriptor added, Descriptor entry) =>
        added.Annotations.GetValueOrDefault(ArchiveNames.RefName) is { } name ? entry.Annotations.GetValueOrDefault(ArchiveNames.RefName) == name
        : added.Digest == entry.Digest && !entry.Annotations.ContainsKey(ArchiveNames.RefName);

    private static bool Has(string folder, Descriptor blob) =>
        new FileInfo(Path.Combine(folder, ArchiveDocuments.BlobName(blob))) is { Exists: true } file && file.Length == blob.Size;

    private async Task CopyAsync(Descriptor blob, string path, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        string temporary = AtomicFile.TemporaryBeside(path);
        try
        {
            var meter = new TransferMeter(progress, blob.Digest, blob.Size, clock);
            await using (var content = new MeteredStream(store.Blobs.OpenRead(blob.Digest), meter, cancellationToken))
            await using (var file = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0))
            {
                await content.CopyToAsync(file, 1 << 18, cancellationToken);
                file.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }
}
