using System.Text;
using Slipway.Foundation.Files;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;

namespace Slipway.Build.Contexts;

/// <summary>
/// Remembers the content digests of a folder's files by what the system says of them without reading: device, inode, size,
/// mtime and ctime in nanoseconds. A file that changed within <see cref="ClockGrain"/> of being hashed could change again without its times
/// showing it, so it is not remembered.
/// <para>
/// On disk: one file per context folder, <c>stat-v1/&lt;sha256 of the folder's path&gt;</c>; a file that cannot be read is an empty cache.
/// </para>
/// </summary>
public sealed class StatCache
{
    /// <summary>No file system we know stamps times more coarsely than this while it is being written.</summary>
    public static readonly TimeSpan ClockGrain = TimeSpan.FromMilliseconds(100);

    private const string Magic = "slipway-stat-1";
    private readonly string _file;
    private readonly TimeProvider _clock;
    private readonly Dictionary<string, Record> _records;
    private readonly Lock _lock = new();
    private bool _changed;

    private StatCache(string file, TimeProvider clock, Dictionary<string, Record> records) =>
        (_file, _clock, _records) = (file, clock, records);

    private readonly record struct Record(ulong Device, ulong Inode, long Size, long Modified, long Changed, Digest Digest)
    {
        public bool Matches(in FileStatus status) =>
            Inode == status.Inode && Size == status.Size && Modified == status.ModifiedNanoseconds
            && Changed == status.ChangedNanoseconds && Device == status.Device;
    }

    /// <param name="folder">The folder <c>stat-v1</c> of the store.</param>
    /// <param name="contextRoot">The context folder, absolute.</param>
    /// <param name="clock">Tells when a file was hashed.</param>
    public static StatCache Load(string folder, string contextRoot, TimeProvider clock)
    {
        string file = Path.Combine(folder, Digest.Of(contextRoot).Hex);
        return new StatCache(file, clock, Read(file));
    }

    /// <summary>The remembered digest of a file's content, if the file is the same as when it was hashed.</summary>
    public bool TryGet(string path, in FileStatus status, out Digest digest)
    {
        lock (_lock)
        {
            if (_records.TryGetValue(path, out Record record) && record.Matches(status))
            {
                digest = record.Digest;
                return true;
            }
        }

        digest = default;
        return false;
    }

    /// <summary>Remembers a digest.</summary>
    /// <param name="path">The file within the context.</param>
    /// <param name="status">Its status taken before it was read.</param>
    /// <param name="digest">The digest of what was read.</param>
    /// <param name="hashedAt">When reading began.</param>
    public void Put(string path, in FileStatus status, Digest digest, DateTimeOffset hashedAt)
    {
        long youngest = Math.Max(status.ModifiedNanoseconds, status.ChangedNanoseconds) / 1_000_000;
        lock (_lock)
        {
            if (hashedAt.ToUnixTimeMilliseconds() - youngest < ClockGrain.TotalMilliseconds)
            {
                _changed |= _records.Remove(path);
                return;
            }

            _records[path] = new Record(
                status.Device, status.Inode, status.Size, status.ModifiedNanoseconds, status.ChangedNanoseconds, digest);
            _changed = true;
        }
    }

    /// <summary>The clock's time, for <see cref="Put"/>.</summary>
    public DateTimeOffset Now => _clock.GetUtcNow();

    /// <summary>Writes what was learned, if anything was.</summary>
    public void Save()
    {
        lock (_lock)
        {
            if (!_changed)
            {
                return;
            }

            Directory.CreateDirectory(Path.GetDirectoryName(_file)!);
            string temporary = AtomicFile.TemporaryBeside(_file);
            using (var writer = new BinaryWriter(new FileStream(temporary, FileMode.CreateNew, FileAccess.Write, FileShare.None, 1 << 16)))
            {
                writer.Write(Magic);
                writer.Write(_records.Count);
                foreach ((string path, Record record) in _records)
                {
                    writer.Write(path);
                    writer.Write(record.Device);
                    writer.Write(record.Inode);
                    writer.Write(record.Size);
                    writer.Write(record.Modified);
                    writer.Write(record.Changed);
                    writer.Write(Convert.FromHexString(record.Digest.Hex));
                }

                writer.Write(Magic);
            }

            File.Move(temporary, _file, overwrite: true); // not flushed to disk: a lost or torn cache is an empty cache
            _changed = false;
        }
    }

    private static Dictionary<string, Record> Read(string file)
    {
        Dictionary<string, Record> records = [];
        if (!File.Exists(file))
        {
            return records;
        }

        try
        {
            using var reader = new BinaryReader(new MemoryStream(File.ReadAllBytes(file)), Encoding.UTF8);
            if (reader.ReadString() != Magic)
            {
                return [];
            }

            int count = reader.ReadInt32();
            for (int i = 0; i < count; i++)
            {
                string path = reader.ReadString();
                records[path] = new Record(
                    reader.ReadUInt64(), reader.ReadUInt64(), reader.ReadInt64(), reader.ReadInt64(), reader.ReadInt64(),
                    Digest.FromSha256(reader.ReadBytes(32)));
            }

            return reader.ReadString() == Magic ? records : [];
        }
        catch (Exception e) when (e is EndOfStreamException or ArgumentException or FormatException)
        {
            return []; // torn by a crash: everything is hashed again
        }
    }
}
