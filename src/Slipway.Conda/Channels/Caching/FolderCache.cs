using System.Security.Cryptography;
using System.Text;
using System.Text.Json;
using Slipway.Conda.Channels.Repodata;
using Slipway.Foundation.Files;
using Slipway.Foundation.Linux;

namespace Slipway.Conda.Channels.Caching;

/// <summary>
/// What channels said, kept between commands. Below the root: <c>folders/&lt;hash of the address&gt;/</c> with <c>state.json</c>, the JSON as it came out of its
/// compression, its index (<c>.idx</c>) and <c>lock</c>; <c>shards/&lt;2 hex&gt;/&lt;sha256&gt;.json</c>, a shard as JSON.
/// Files are written to the side and renamed, and the state is written last, so that a killed command leaves the old state or the new one. Everything may be deleted at any time.
/// </summary>
/// <param name="root">The folder; made when something is kept.</param>
internal sealed class FolderCache(string root)
{
    private const string StateName = "state.json", LockName = "lock", FoldersName = "folders";
    private const int PieceLength = 256 * 1024;

    /// <summary>Takes the lock of an address, so that two commands do not fetch the same at once.</summary>
    public async Task<FileLock> LockAsync(string address, CancellationToken cancellationToken)
    {
        string folder = FolderOf(address);
        Directory.CreateDirectory(folder);
        Touch(folder);
        return await FileLock.AcquireAsync(Path.Combine(folder, LockName), exclusive: true, cancellationToken);
    }

    /// <summary>What is known of an address, or null. A state that cannot be read counts as none.</summary>
    public FolderState? Find(string address)
    {
        string path = Path.Combine(FolderOf(address), StateName);
        try
        {
            FolderState? state = JsonSerializer.Deserialize(File.ReadAllBytes(path), CacheJson.Default.FolderState);
            return state is not null && state.Source == address && Path.GetFileName(state.File) == state.File && File.Exists(JsonPath(state)) ? state : null;
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException or JsonException)
        {
            return null;
        }
    }

    /// <summary>Writes a state whose JSON is already there.</summary>
    public void Put(FolderState state) =>
        AtomicFile.Write(Path.Combine(FolderOf(state.Source), StateName), JsonSerializer.SerializeToUtf8Bytes(state, CacheJson.Default.FolderState));

    /// <summary>
    /// Keeps new JSON while it arrives, with its index, and then its state; the old files go. The lock must be held.
    /// </summary>
    /// <param name="json">The JSON, uncompressed.</param>
    /// <param name="make">The state for a file name and length.</param>
    /// <param name="indexed">Whether it is a channel's JSON and gets an index; else it is kept as it is.</param>
    /// <param name="cancellationToken">Ends it; nothing changes then.</param>
    /// <exception cref="JsonException">What came is not JSON.</exception>
    public async Task<FolderState> StoreAsync(Stream json, Func<string, long, FolderState> make, bool indexed, CancellationToken cancellationToken)
    {
        string name = $"{Guid.NewGuid():N}.json";
        FolderState state = make(name, 0);
        string folder = FolderOf(state.Source);
        Directory.CreateDirectory(folder);
        string path = Path.Combine(folder, name);
        try
        {
            var indexer = new RepodataIndexer();
            await using (var file = new FileStream(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read, 0))
            {
                byte[] piece = new byte[PieceLength];
                for (int read; (read = await json.ReadAsync(piece, cancellationToken)) > 0;)
                {
                    file.Write(piece, 0, read);
                    if (indexed)
                    {
                        indexer.Feed(piece.AsSpan(0, read));
                    }
                }

                state = make(name, file.Length);
            }

            if (indexed)
            {
                AtomicFile.Write(IndexPath(state), indexer.Finish().ToFile(state.Length));
            }

            Put(state);
        }
        catch
        {
            File.Delete(path);
            File.Delete(Path.ChangeExtension(path, ".idx"));
            throw;
        }

        RemoveOthers(folder, Path.GetFileNameWithoutExtension(name));
        return state;
    }

    /// <summary>All of what is kept, as it is.</summary>
    public byte[] ReadAll(FolderState state) => File.ReadAllBytes(JsonPath(state));

    /// <summary>Opens the records; the index is made again when it is not there or does not fit.</summary>
    /// <exception cref="JsonException">The file was damaged.</exception>
    public RepodataFolder Open(FolderState state, Func<RepodataIndex, RecordPlace> place)
    {
        var json = new MappedFile(JsonPath(state));
        try
        {
            RepodataIndex? index = File.Exists(IndexPath(state)) ? RepodataIndex.TryRead(File.ReadAllBytes(IndexPath(state)), json.Length) : null;
            if (index is null)
            {
                var indexer = new RepodataIndexer();
                for (long at = 0; at < json.Length; at += PieceLength)
                {
                    indexer.Feed(json.Slice(at, (int)Math.Min(PieceLength, json.Length - at)));
                }

                index = indexer.Finish();
                AtomicFile.Write(IndexPath(state), index.ToFile(json.Length));
            }

            return new RepodataFolder(place(index), json, index);
        }
        catch
        {
            json.Dispose();
            throw;
        }
    }

    /// <summary>A shard that was kept, as JSON; null when it is not here.</summary>
    public async Task<byte[]?> FindShardAsync(string sha256, CancellationToken cancellationToken)
    {
        string path = ShardPath(sha256);
        if (!File.Exists(path))
        {
            return null;
        }

        Touch(path);
        return await File.ReadAllBytesAsync(path, cancellationToken);
    }

    /// <summary>Keeps a shard.</summary>
    public void PutShard(string sha256, byte[] json)
    {
        Directory.CreateDirectory(Path.GetDirectoryName(ShardPath(sha256))!);
        AtomicFile.Write(ShardPath(sha256), json);
    }

    /// <summary>Removes what nobody has asked for since then.</summary>
    /// <param name="unusedSince">Should lie an hour or more back: what a command has just found must stay.</param>
    /// <param name="dryRun">Only says what would become free.</param>
    /// <param name="cancellationToken">Stops between two files.</param>
    /// <returns>The bytes that became free.</returns>
    public long Prune(DateTimeOffset unusedSince, bool dryRun, CancellationToken cancellationToken)
    {
        long freed = 0;
        foreach (string folder in Listed(Path.Combine(root, FoldersName)).Where(path => IsOld(path, unusedSince)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            using FileLock? held = FileLock.TryAcquire(Path.Combine(folder, LockName), exclusive: true);
            if (held is not null && IsOld(folder, unusedSince))
            {
                freed += FolderSize.Of(folder, cancellationToken);
                Remove(() => DirectoryHandle.RemoveTreeAt(folder));
            }
        }

        foreach (string shard in Listed(Shards).SelectMany(Listed).Where(path => IsOld(path, unusedSince)))
        {
            cancellationToken.ThrowIfCancellationRequested();
            freed += new FileInfo(shard).Length;
            Remove(() => File.Delete(shard)); // whoever reads it now has it open
        }

        return freed;

        void Remove(Action action)
        {
            if (!dryRun)
            {
                action();
            }
        }
    }

    private static string[] Listed(string folder) => Directory.Exists(folder) ? Directory.GetFileSystemEntries(folder) : [];

    private static bool IsOld(string path, DateTimeOffset unusedSince) => File.GetLastWriteTimeUtc(path) < unusedSince.UtcDateTime;

    // So that what was not used for long can go first. A cache that is only read is not cleaned by those who read it either.
    private static void Touch(string path)
    {
        try
        {
            File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
        }
    }

    private static void RemoveOthers(string folder, string stem)
    {
        foreach (string path in Directory.EnumerateFiles(folder))
        {
            string name = Path.GetFileName(path);
            if (name is not (StateName or LockName) && !name.StartsWith(stem, StringComparison.Ordinal))
            {
                File.Delete(path); // whoever still has it mapped keeps what it sees
            }
        }
    }

    private string Shards => Path.Combine(root, "shards");

    private string ShardPath(string sha256) => Path.Combine(Shards, sha256[..2], sha256 + ".json");

    private string FolderOf(string address) => Path.Combine(root, FoldersName, Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(address)))[..32]);

    private string JsonPath(FolderState state) => Path.Combine(FolderOf(state.Source), state.File);

    private string IndexPath(FolderState state) => Path.ChangeExtension(JsonPath(state), ".idx");
}
