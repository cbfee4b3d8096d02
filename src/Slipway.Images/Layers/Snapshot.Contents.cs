using System.Collections.Concurrent;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;

namespace Slipway.Images.Layers;

public sealed partial class Snapshot
{
    private readonly ConcurrentDictionary<Digest, FileStream> _tars = new();

    /// <summary>The bytes of a file (or hard link).</summary>
    public async Task<Stream> OpenAsync(SnapshotEntry entry, CancellationToken cancellationToken)
    {
        LayerEntry file = FileOf(entry);
        if (_layers.TryGetTree(entry.DiffId) is null && TarOf(entry.DiffId) is not null && file.DataOffset >= 0)
        {
            return new TarSlice(_layers.OpenTarFile(entry.DiffId)!, file.DataOffset, file.Size);
        }

        using FileDescriptor opened = FileDescriptor.OpenRead(await GetFilePathAsync(entry, cancellationToken));
        return new FileStream($"/proc/self/fd/{opened.Number}", FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, 0);
    }

    /// <summary>The path of the file's bytes on disk, unpacking its layer if need be.</summary>
    public async Task<string> GetFilePathAsync(SnapshotEntry entry, CancellationToken cancellationToken) =>
        Path.Combine(await _layers.GetTreeAsync(entry.DiffId, cancellationToken), FileOf(entry).Path);

    /// <summary>
    /// Adds a file of this snapshot to a layer that is being written, under the path and metadata of <paramref name="entry"/>: from the tree if there is one,
    /// else straight out of the tar.
    /// </summary>
    public async Task CopyToAsync(SnapshotEntry source, LayerWriter writer, LayerEntry entry, CancellationToken cancellationToken)
    {
        LayerEntry file = FileOf(source);
        entry = entry with { Kind = LayerEntryKind.File, Size = file.Size, ContentDigest = entry.ContentDigest ?? file.ContentDigest, LinkTarget = null };
        if (file.DataOffset >= 0 && _layers.TryGetTree(source.DiffId) is null && TarOf(source.DiffId) is { } tar)
        {
            await writer.AddRangeAsync(entry, tar.SafeFileHandle, file.DataOffset, cancellationToken);
        }
        else
        {
            await writer.AddFileAsync(entry, await GetFilePathAsync(source, cancellationToken), cancellationToken);
        }
    }

    /// <summary>The digest of a file's bytes (or hard link's); computed once, then remembered with the layer. May be called from several threads.</summary>
    public async Task<Digest> ContentDigestAsync(SnapshotEntry entry, CancellationToken cancellationToken)
    {
        LayerEntry file = FileOf(entry);
        if ((file.ContentDigest ?? _layers.RememberedDigest(entry.DiffId, file.Path)) is { } known)
        {
            return known;
        }

        Digest digest = file.DataOffset >= 0 && _layers.TryGetTree(entry.DiffId) is null && TarOf(entry.DiffId) is { } tar
            ? FileHash.Compute(tar.SafeFileHandle, file.DataOffset, file.Size)
            : FileHash.Compute(await GetFilePathAsync(entry, cancellationToken));
        _layers.RememberDigest(entry.DiffId, file.Path, digest);
        return digest;
    }

    public void Dispose()
    {
        foreach (FileStream tar in _tars.Values)
        {
            tar.Dispose();
        }

        _tars.Clear();
    }

    // The file itself when the entry is another name of it.
    private LayerEntry FileOf(SnapshotEntry entry)
    {
        LayerEntry file = entry.Entry;
        if (file.Kind == LayerEntryKind.HardLink)
        {
            LayerIndex index = _indexes[IndexOf(entry.DiffId)];
            file = index.TryGet(file.LinkTarget!, out LayerEntry? target) ? target : throw new InvalidDataException($"The hard link '{file.Path}' leads to nothing.");
        }

        return file.Kind == LayerEntryKind.File ? file : throw new ArgumentException($"'{entry.Path}' is not a file.", nameof(entry));
    }

    // From the top: of a layer that is in the stack twice, both are the same.
    private int IndexOf(Digest diffId)
    {
        for (int i = DiffIds.Count - 1; i >= 0; i--)
        {
            if (DiffIds[i] == diffId)
            {
                return i;
            }
        }

        throw new ArgumentException($"The layer {diffId} is not part of the snapshot.", nameof(diffId));
    }

    private FileStream? TarOf(Digest diffId)
    {
        if (_tars.TryGetValue(diffId, out FileStream? open))
        {
            return open;
        }

        FileStream? tar = _layers.OpenTarFile(diffId);
        if (tar is not null && !_tars.TryAdd(diffId, tar))
        {
            tar.Dispose();
            return _tars[diffId];
        }

        return tar;
    }
}
