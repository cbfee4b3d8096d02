using Slipway.Foundation.Text;
using Slipway.Images.Compression;
using Slipway.Images.Model;
using Slipway.Images.Registry;
using Slipway.Images.Store;

namespace Slipway.Images.Archives;

/// <summary>
/// Reads images into the store: from docker archives (<c>docker save</c>, old and new), OCI archives, both compressed in any known way, and OCI layout folders.
/// An archive may hold several images. Nothing of it is trusted: blobs are checked against their names, layers against the config.
/// </summary>
public sealed class ImageArchiveReader(ImageStore store, TimeProvider clock)
{
    /// <summary>Reads a file, or a folder that is an OCI layout.</summary>
    /// <exception cref="DiagnosticException">It is not there, is no image archive, or is damaged.</exception>
    public async Task<IReadOnlyList<LoadedImage>> LoadAsync(
        string path, Platform platform, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        if (Directory.Exists(path))
        {
            return await GuardAsync(path, () => LoadFolderAsync(path, platform, progress, cancellationToken));
        }

        if (!File.Exists(path))
        {
            throw new DiagnosticException("no-such-file", $"There is no file {path}.", "Check the path; an archive from a pipe is read without a file name.");
        }

        await using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.Read, 0, FileOptions.SequentialScan);
        return await LoadAsync(file, Path.GetFileName(path), platform, progress, cancellationToken);
    }

    /// <summary>Reads an archive from a stream that need not be able to seek.</summary>
    /// <param name="archive">The bytes.</param>
    /// <param name="name">What to call it in messages.</param>
    /// <param name="platform">Which image to take where there are several for different platforms.</param>
    /// <param name="progress">Hears of the bytes read.</param>
    /// <param name="cancellationToken">Gives up; nothing is then listed.</param>
    public Task<IReadOnlyList<LoadedImage>> LoadAsync(
        Stream archive, string name, Platform platform, IProgress<TransferProgress>? progress, CancellationToken cancellationToken) =>
        GuardAsync(name, () => Task.Run(
            async () =>
            {
                var meter = new TransferMeter(progress, name, archive.CanSeek ? archive.Length : null, clock);
                await using Stream tar = Decompressor.OpenDetected(new BufferedStream(new MeteredStream(archive, meter, cancellationToken), 1 << 20), out _);
                ArchiveContents contents = await new ArchiveScanner(store).ScanAsync(tar, cancellationToken);
                IReadOnlyList<LoadedImage> images = await TakeAsync(contents, name, platform, cancellationToken);
                meter.Complete();
                return images;
            },
            cancellationToken));

    private async Task<IReadOnlyList<LoadedImage>> TakeAsync(ArchiveContents contents, string name, Platform platform, CancellationToken cancellationToken)
    {
        // Newer docker archives are OCI layouts, too, whose manifests keep the digest the image had in a registry.
        bool hasManifest = contents.Documents.ContainsKey(ArchiveNames.ManifestFile);
        if (contents.Documents.TryGetValue(ArchiveNames.IndexFile, out byte[]? index) && (!hasManifest || IsComplete(index)))
        {
            var loader = new OciLayoutLoader(store, name, (blob, _) => Task.FromResult(store.Blobs.SizeOf(blob.Digest) == blob.Size));
            return await loader.LoadAsync(index, platform, cancellationToken);
        }

        return hasManifest
            ? await new DockerArchiveLoader(store, name, contents).LoadAsync(cancellationToken)
            : throw new DiagnosticException(
                "not-an-archive", $"{name} is a tar archive, but has neither index.json nor manifest.json, so it holds no image.",
                "For the archive of a root file system use 'slipway import'.");

        bool IsComplete(byte[] json) => ImageJson.ReadIndex(json).Manifests.All(entry => contents.Blobs.ContainsValue(entry.Digest));
    }

    private async Task<IReadOnlyList<LoadedImage>> LoadFolderAsync(
        string folder, Platform platform, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        string index = Path.Combine(folder, ArchiveNames.IndexFile);
        if (!File.Exists(Path.Combine(folder, ArchiveNames.LayoutFile)) || !File.Exists(index))
        {
            throw new DiagnosticException(
                "not-an-archive", $"The folder {folder} is no OCI image layout: it has no {ArchiveNames.LayoutFile} or no {ArchiveNames.IndexFile}.");
        }

        var loader = new OciLayoutLoader(store, folder, (blob, token) => CopyAsync(folder, blob, progress, token));
        return await loader.LoadAsync(await File.ReadAllBytesAsync(index, cancellationToken), platform, cancellationToken);
    }

    private async Task<bool> CopyAsync(string folder, Descriptor blob, IProgress<TransferProgress>? progress, CancellationToken cancellationToken)
    {
        string file = Path.Combine(folder, "blobs", blob.Digest.Algorithm, blob.Digest.Hex);
        if (store.Blobs.SizeOf(blob.Digest) == blob.Size)
        {
            return true;
        }

        if (!File.Exists(file))
        {
            return false;
        }

        var meter = new TransferMeter(progress, blob.Digest, blob.Size, clock);
        await using var bytes = new MeteredStream(File.OpenRead(file), meter, cancellationToken);
        await store.Blobs.PutAsync(bytes, blob, cancellationToken);
        return true;
    }

    private static async Task<IReadOnlyList<LoadedImage>> GuardAsync(string name, Func<Task<IReadOnlyList<LoadedImage>>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is InvalidDataException or EndOfStreamException)
        {
            throw new DiagnosticException(
                "corrupt-archive", $"{name} is not a whole image archive: {e.Message.TrimEnd('.')}.", "Nothing was loaded. Copy or save the archive again.");
        }
    }
}
