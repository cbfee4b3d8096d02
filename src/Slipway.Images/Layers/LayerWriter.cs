using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;

namespace Slipway.Images.Layers;

/// <summary>
/// Writes one layer: a canonical tar (see docs/decisions/0010), hashed on the way. Entries must come in the order of
/// <see cref="LayerPath.Order"/>, each path once, a hard link after its target; anything else throws
/// <see cref="ArgumentException"/>. Not for use by several threads at once. Disposing without completing leaves nothing.
/// </summary>
public sealed class LayerWriter : IAsyncDisposable
{
    private readonly LayerWriterOptions _options;
    private readonly TarHeaderWriter _headers;
    private readonly TarOutput _output;
    private readonly SafeFileHandle? _file;
    private readonly string? _path;
    private readonly Func<Layer, string?, CancellationToken, Task> _commit;
    private readonly List<LayerEntry> _entries = [];
    private readonly Dictionary<string, LayerEntry> _files = new(StringComparer.Ordinal);
    private string? _last;

    /// <param name="options">Time and forms.</param>
    /// <param name="path">The temporary file the tar goes to, or null.</param>
    /// <param name="commit">Takes the finished layer and its tar into the store.</param>
    internal LayerWriter(LayerWriterOptions options, string? path, Func<Layer, string?, CancellationToken, Task> commit)
    {
        if (options.Timestamp is < 0 or >= TarFormat.OctalLimit11)
        {
            throw new ArgumentOutOfRangeException(nameof(options), "A layer's time must be from 1970 to 2242.");
        }

        (_options, _path, _commit) = (options, path, commit);
        _headers = new TarHeaderWriter(options.Timestamp);
        _file = path is null ? null : File.OpenHandle(path, FileMode.CreateNew, FileAccess.Write, FileShare.Read);
        _output = new TarOutput(_file);
    }

    /// <summary>Adds an entry that has no bytes: anything but a file, or an empty file.</summary>
    public async Task AddAsync(LayerEntry entry, CancellationToken cancellationToken)
    {
        if (entry is { Kind: LayerEntryKind.File, Size: not 0 })
        {
            throw new ArgumentException($"The file '{entry.Path}' has {entry.Size} bytes, but none are given.", nameof(entry));
        }

        if (entry.Kind == LayerEntryKind.HardLink && _files.TryGetValue(entry.LinkTarget ?? "", out LayerEntry? file))
        {
            // The names of a file share its metadata, whatever the caller says.
            entry = entry with { Mode = file.Mode, Uid = file.Uid, Gid = file.Gid, Xattrs = null };
        }

        await StartAsync(entry, cancellationToken);
        Keep(entry, null);
    }

    /// <summary>Adds a file with exactly <see cref="LayerEntry.Size"/> bytes of the stream; fewer is an <see cref="InvalidDataException"/>.</summary>
    public async Task AddAsync(LayerEntry entry, Stream data, CancellationToken cancellationToken)
    {
        MustBeFile(entry);
        await StartAsync(entry, cancellationToken);
        long start = _output.Length, left = entry.Size;
        using IncrementalHash? hash = HashFor(entry);
        byte[] buffer = System.Buffers.ArrayPool<byte>.Shared.Rent(1 << 17);
        while (left > 0)
        {
            int read = await data.ReadAsync(buffer.AsMemory(0, (int)Math.Min(left, buffer.Length)), cancellationToken);
            if (read == 0)
            {
                throw new InvalidDataException($"The bytes of '{entry.Path}' end {left} too early.");
            }

            hash?.AppendData(buffer, 0, read);
            await _output.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            left -= read;
        }

        System.Buffers.ArrayPool<byte>.Shared.Return(buffer);
        await FinishFileAsync(entry, start, hash, cancellationToken);
    }

    /// <summary>
    /// Adds a file with the bytes of the one at <paramref name="sourcePath"/> (not followed if it is a link), which must have
    /// <see cref="LayerEntry.Size"/> bytes; a file that changes while it is read is an <see cref="IOException"/>.
    /// </summary>
    public async Task AddFileAsync(LayerEntry entry, string sourcePath, CancellationToken cancellationToken)
    {
        MustBeFile(entry);
        if (entry.Size == 0)
        {
            await AddAsync(entry, cancellationToken);
            return;
        }

        using FileDescriptor file = FileDescriptor.OpenRead(sourcePath);
        await AddOpenFileAsync(entry, file, sourcePath, cancellationToken);
    }

    /// <summary>As <see cref="AddFileAsync"/> from a file that is open already.</summary>
    internal async Task AddOpenFileAsync(LayerEntry entry, FileDescriptor file, string name, CancellationToken cancellationToken)
    {
        await StartAsync(entry, cancellationToken);
        long start = _output.Length, left = entry.Size;
        using IncrementalHash? hash = HashFor(entry);
        while (left > 0)
        {
            // Asking for one byte more than expected notices a file that has grown, without another call.
            int wanted = (int)Math.Min(left + 1, _output.Free.Length);
            int read = file.Read(_output.Free[..wanted]);
            if (read == 0 || read > left)
            {
                throw new IOException($"'{name}' changed while it was read: it had {entry.Size} bytes and now has {(read == 0 ? "fewer" : "more")}.");
            }

            hash?.AppendData(_output.Free[..read]);
            await _output.AdvanceAsync(read, cancellationToken);
            left -= read;
        }

        await FinishFileAsync(entry, start, hash, cancellationToken);
    }

    /// <summary>Adds a file with <see cref="LayerEntry.Size"/> bytes of an open file from an offset on.</summary>
    public async Task AddRangeAsync(LayerEntry entry, SafeFileHandle source, long offset, CancellationToken cancellationToken)
    {
        MustBeFile(entry);
        await StartAsync(entry, cancellationToken);
        long start = _output.Length, left = entry.Size;
        using IncrementalHash? hash = HashFor(entry);
        while (left > 0)
        {
            int read = RandomAccess.Read(source, _output.Free[..(int)Math.Min(left, _output.Free.Length)], offset);
            if (read == 0)
            {
                throw new InvalidDataException($"The bytes of '{entry.Path}' end {left} too early.");
            }

            hash?.AppendData(_output.Free[..read]);
            await _output.AdvanceAsync(read, cancellationToken);
            (left, offset) = (left - read, offset + read);
        }

        await FinishFileAsync(entry, start, hash, cancellationToken);
    }

    /// <summary>Ends the tar and puts the layer into the store. Nothing can be added afterwards.</summary>
    public async Task<Layer> CompleteAsync(CancellationToken cancellationToken)
    {
        await _output.WriteZerosAsync(2 * TarFormat.BlockSize, cancellationToken);
        Digest diffId = await _output.CompleteAsync(cancellationToken);
        _file?.Dispose();
        var layer = new Layer(diffId, _output.Length, LayerIndex.Of(_entries)) { CanonicalTime = _options.Timestamp };
        await _commit(layer, _path, cancellationToken);
        return layer;
    }

    public async ValueTask DisposeAsync()
    {
        await _output.DisposeAsync();
        _file?.Dispose();
        if (_path is not null)
        {
            File.Delete(_path);
        }
    }

    private async ValueTask StartAsync(LayerEntry entry, CancellationToken cancellationToken)
    {
        Check(entry);
        byte[]? large = AppendHeader(entry);
        if (large is not null)
        {
            await _output.WriteAsync(large, cancellationToken);
        }
    }

    private byte[]? AppendHeader(LayerEntry entry)
    {
        ReadOnlySpan<byte> header = _headers.Format(entry);
        if (!_output.Fits(header.Length))
        {
            return header.ToArray();
        }

        _output.Append(header);
        return null;
    }

    private async ValueTask FinishFileAsync(LayerEntry entry, long start, IncrementalHash? hash, CancellationToken cancellationToken)
    {
        await _output.WriteZerosAsync(TarFormat.Padding(entry.Size), cancellationToken);
        Keep(entry with { DataOffset = start }, hash);
    }

    private void Keep(LayerEntry entry, IncrementalHash? hash)
    {
        if (entry.Kind == LayerEntryKind.File)
        {
            _files.Add(entry.Path, entry);
        }

        _entries.Add(entry with
        {
            ModifiedSeconds = entry.Kind == LayerEntryKind.Whiteout ? 0 : _options.Timestamp,
            ContentDigest = hash is null ? entry.ContentDigest : Digest.FromSha256(hash.GetHashAndReset()),
        });
    }

    private IncrementalHash? HashFor(LayerEntry entry) =>
        _options.HashContents && entry.ContentDigest is null ? IncrementalHash.CreateHash(HashAlgorithmName.SHA256) : null;

    private void Check(LayerEntry entry)
    {
        string? wrong = entry switch
        {
            _ when _last is not null && LayerPath.Compare(_last, entry.Path) >= 0 => $"comes after '{_last}', which is not the order of layers",
            { Path: "", Kind: not LayerEntryKind.Directory } => "is the root but not a directory",
            _ when !LayerPath.IsNormal(entry.Path) => "is not a normal relative path",
            { IsImplied: true } => "is implied and has no place in a tar",
            { Kind: LayerEntryKind.HardLink } when !_files.ContainsKey(entry.LinkTarget ?? "") => $"links to '{entry.LinkTarget}', which is not a file before it",
            { Kind: LayerEntryKind.SymbolicLink, LinkTarget: null or "" } => "is a link to nothing",
            { IsOpaque: true, IsDirectory: false } => "is opaque but not a directory",
            _ => null,
        };
        if (entry.Path.Contains(TarFormat.WhiteoutPrefix, StringComparison.Ordinal) && entry.Name.StartsWith(TarFormat.WhiteoutPrefix, StringComparison.Ordinal))
        {
            throw new DiagnosticException(
                "whiteout-name",
                $"'{entry.Path}' cannot be put into an image: layers use names that begin with '{TarFormat.WhiteoutPrefix}' to hide files.",
                "Rename the file, or leave it out with an ignore file.");
        }

        _last = wrong is null ? entry.Path : throw new ArgumentException($"The layer entry '{entry.Path}' {wrong}.", nameof(entry));
    }

    private static void MustBeFile(LayerEntry entry)
    {
        if (entry.Kind != LayerEntryKind.File)
        {
            throw new ArgumentException($"'{entry.Path}' is a {entry.Kind}, which has no bytes.", nameof(entry));
        }
    }
}
