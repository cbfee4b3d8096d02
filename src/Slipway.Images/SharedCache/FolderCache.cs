using Slipway.Foundation.Files;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.Registry;

namespace Slipway.Images.SharedCache;

/// <summary>
/// A folder as a shared cache, on any file system that machines share or that a build server keeps: <c>slipway-cache-v1/&lt;hex of the key&gt;.json</c> (the same
/// document that a registry has) and <c>blobs/sha256/&lt;hex&gt;</c>. Every file is written beside its place and renamed.
/// </summary>
public sealed class FolderCache : ISharedCache
{
    private const int LargestEntry = 4 * 1024 * 1024;
    private readonly string _folder;

    /// <param name="folder">Made when something is put into it.</param>
    public FolderCache(string folder) => _folder = Path.GetFullPath(folder);

    public string Name => _folder;

    public string Origin => CacheOrigins.OfFolder(_folder);

    public Task<CacheEntry?> FindAsync(Digest key, CancellationToken cancellationToken) => GuardAsync(_folder, async () =>
    {
        try
        {
            await using FileStream file = File.OpenRead(EntryOf(key));
            return file.Length <= LargestEntry
                ? CacheEntryDocument.Read(await BoundedBody.ReadAsync(file, LargestEntry, "The entry", cancellationToken), key)
                : throw new InvalidDataException($"it has more than {LargestEntry} bytes");
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
    });

    public Task<bool> HasAsync(Digest key, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return Task.FromResult(File.Exists(EntryOf(key)));
    }

    public Task PutAsync(
        CacheEntry entry, Func<Descriptor, Func<Stream>> open, bool replace, IProgress<TransferProgress>? progress, CancellationToken cancellationToken) =>
        GuardAsync(_folder, async () =>
        {
            Directory.CreateDirectory(Path.GetDirectoryName(EntryOf(entry.Key))!);
            foreach (CacheLayer layer in entry.Layers)
            {
                var file = new FileInfo(BlobOf(_folder, layer.Blob.Digest));
                if (replace || !file.Exists || file.Length != layer.Blob.Size)
                {
                    await CopyAsync(open(layer.Blob), file.FullName, cancellationToken);
                }

                progress?.Report(new TransferProgress(layer.Blob.Digest.Short, layer.Blob.Size, layer.Blob.Size));
            }

            AtomicFile.Write(EntryOf(entry.Key), CacheEntryDocument.Write(entry));
            return true;
        });

    /// <exception cref="DiagnosticException">It is not there.</exception>
    internal static Stream OpenBlob(string folder, Digest digest)
    {
        try
        {
            return new FileStream(BlobOf(folder, digest), FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 1 << 18, FileOptions.SequentialScan);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException("missing-blob", $"The cache in '{folder}' does not give the blob {digest.Short}: {e.Message}", "build the image again: what the cache does not give is then made here");
        }
    }

    private static async Task CopyAsync(Func<Stream> open, string path, CancellationToken cancellationToken)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        string temporary = AtomicFile.TemporaryBeside(path);
        try
        {
            await using (Stream source = open())
            await using (var target = new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 0))
            {
                await source.CopyToAsync(target, 1 << 18, cancellationToken);
            }

            File.Move(temporary, path, overwrite: true);
        }
        catch
        {
            File.Delete(temporary);
            throw;
        }
    }

    private static async Task<T> GuardAsync<T>(string folder, Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiagnosticException(
                "cache-folder", $"The cache in '{folder}' cannot be used: {e.Message}",
                DiskSpace.IsUsedUp(e) ? "free some space there, or give another folder" : "check that the folder is there and may be read and written");
        }
    }

    private string EntryOf(Digest key) => Path.Combine(_folder, CacheEntryDocument.Format, key.Hex + ".json");

    private static string BlobOf(string folder, Digest digest) => Path.Combine(folder, "blobs", digest.Algorithm, digest.Hex);
}
