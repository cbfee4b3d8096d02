using System.Security.Cryptography;
using System.Text;
using Slipway.Packages.Archives;

namespace Slipway.PyPi.Indexes.Caching;

/// <summary>
/// What indexes said, kept between commands. Below the root: <c>pages/&lt;2 hex&gt;/&lt;hash of the address&gt;</c>, a page; <c>metadata/&lt;2 hex&gt;/&lt;hash of the file&gt;</c>, the head of
/// a file's metadata. Files are written to the side and renamed; everything may be deleted at any time.
/// </summary>
/// <param name="root">The folder: <see cref="RootIn"/>; made when something is kept.</param>
/// <param name="clock">Tells when something was used, which is the time of its file, to half an hour.</param>
internal sealed class IndexCache(string root, TimeProvider clock)
{
    private static readonly TimeSpan s_grain = TimeSpan.FromMinutes(30);

    /// <summary>The folder of the cache in a store.</summary>
    public static string RootIn(string store) => Path.Combine(store, "python-v1");

    /// <summary>What is kept of an address; null: nothing.</summary>
    public KeptPage? Find(string address) => Read(PathOf("pages", address)) is { } bytes ? KeptPageFile.TryRead(bytes, address) : null;

    public void Put(KeptPage page) => Write(PathOf("pages", page.Source), KeptPageFile.Write(page));

    /// <summary>The head of a file's metadata; null: not kept.</summary>
    public byte[]? FindMetadata(string key) => Read(PathOf("metadata", key));

    public void PutMetadata(string key, byte[] head) => Write(PathOf("metadata", key), head);

    /// <summary>Removes what was not used since then.</summary>
    /// <returns>The bytes that became free.</returns>
    public long Prune(DateTimeOffset unusedSince, bool dryRun, CancellationToken cancellationToken)
    {
        if (!Directory.Exists(root))
        {
            return 0;
        }

        long freed = 0;
        foreach (FileInfo file in new DirectoryInfo(root).EnumerateFiles("*", SearchOption.AllDirectories).Where(f => f.LastWriteTimeUtc < unusedSince.UtcDateTime))
        {
            cancellationToken.ThrowIfCancellationRequested();
            freed += file.Length;
            if (!dryRun)
            {
                file.Delete(); // whoever reads it now has it open
            }
        }

        return freed;
    }

    private string PathOf(string kind, string key)
    {
        string hash = Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(key)))[..40];
        return Path.Combine(root, kind, hash[..2], hash);
    }

    private byte[]? Read(string path)
    {
        try
        {
            byte[] bytes = File.ReadAllBytes(path);
            DateTime now = clock.GetUtcNow().UtcDateTime;
            if (now - File.GetLastWriteTimeUtc(path) > s_grain)
            {
                File.SetLastWriteTimeUtc(path, now);
            }

            return bytes;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (UnauthorizedAccessException)
        {
            return null; // of somebody else; it is asked for again
        }
    }

    private static void Write(string path, byte[] content)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(path)!);
        CacheFile.Write(path, content);
    }
}
