using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Slipway.Foundation.Files;
using Slipway.Foundation.Hashing;

namespace Slipway.Environments.Building;

/// <summary>
/// Small facts that take work to find out, kept in the store (<c>environments-v1/</c>) by what decides them, so that a build in which nothing changed opens neither packages nor base images.
/// May be deleted at any time.
/// </summary>
/// <param name="store">The store's folder.</param>
public sealed class FactStore(string store)
{
    private readonly string _folder = Path.Combine(store, "environments-v1");

    /// <returns>Null when it is not known, or its file is damaged.</returns>
    public T? Find<T>(Digest key, JsonTypeInfo<T> type)
        where T : class
    {
        try
        {
            return JsonSerializer.Deserialize(File.ReadAllBytes(PathOf(key)), type);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    public void Keep<T>(Digest key, T fact, JsonTypeInfo<T> type)
        where T : class
    {
        Directory.CreateDirectory(_folder);
        AtomicFile.Write(PathOf(key), JsonSerializer.SerializeToUtf8Bytes(fact, type));
    }

    /// <summary>The bytes of all of it.</summary>
    public long Size(CancellationToken cancellationToken) => FolderSize.Of(_folder, cancellationToken);

    /// <summary>Removes what was found before a time.</summary>
    /// <returns>The bytes that became free.</returns>
    public long Prune(DateTimeOffset before, bool dryRun, CancellationToken cancellationToken)
    {
        long free = 0;
        foreach (FileInfo file in Directory.Exists(_folder) ? new DirectoryInfo(_folder).EnumerateFiles("*.json") : [])
        {
            cancellationToken.ThrowIfCancellationRequested();
            if (file.LastWriteTimeUtc < before.UtcDateTime)
            {
                free += file.Length;
                if (!dryRun)
                {
                    file.Delete();
                }
            }
        }

        return free;
    }

    private string PathOf(Digest key) => Path.Combine(_folder, key.Hex + ".json");
}
