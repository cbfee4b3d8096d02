using System.Collections.Immutable;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Images.Layers;
using Slipway.Images.Store;

namespace Slipway.Build.Contexts;

/// <summary>The file system of a finished operation, as files to copy from or to lay files over.</summary>
public sealed class SnapshotTree : IFileTree
{
    private readonly Snapshot _snapshot;
    private readonly Dictionary<Digest, LayerIndex> _indexes;
    private readonly HashSet<(Digest Layer, string Path)> _linked;

    private SnapshotTree(Snapshot snapshot, Dictionary<Digest, LayerIndex> indexes)
    {
        (_snapshot, _indexes) = (snapshot, indexes);
        _linked = [.. indexes.SelectMany(i => i.Value.Entries.Where(e => e.Kind == LayerEntryKind.HardLink).Select(e => (i.Key, e.LinkTarget!)))];
    }

    /// <summary>The merged view itself.</summary>
    public Snapshot Snapshot => _snapshot;

    /// <param name="layers">The store's layers.</param>
    /// <param name="diffIds">The stack, lowest first.</param>
    /// <param name="cancellationToken">Ends the loading.</param>
    public static async Task<SnapshotTree> LoadAsync(LayerStore layers, IReadOnlyList<Digest> diffIds, CancellationToken cancellationToken)
    {
        Snapshot snapshot = await Snapshot.LoadAsync(layers, diffIds, cancellationToken);
        Dictionary<Digest, LayerIndex> indexes = [];
        foreach (Digest diffId in diffIds)
        {
            indexes[diffId] = await layers.GetIndexAsync(diffId, cancellationToken);
        }

        return new SnapshotTree(snapshot, indexes);
    }

    public ValueTask<FileNode?> FindAsync(string path, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_snapshot.Lookup(path) is { } found ? Node(found) : null);

    public ValueTask<IReadOnlyList<FileNode>> ListAsync(string directory, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        return ValueTask.FromResult<IReadOnlyList<FileNode>>([.. _snapshot.List(directory).Select(Node)]);
    }

    public async ValueTask<Digest> DigestAsync(FileNode file, CancellationToken cancellationToken) =>
        await _snapshot.ContentDigestAsync(Entry(file), cancellationToken);

    public async ValueTask<Stream> OpenAsync(FileNode file, CancellationToken cancellationToken) =>
        await _snapshot.OpenAsync(Entry(file), cancellationToken);

    /// <summary>Adds the file's bytes to a layer the shortest way: from the tree, or straight out of the tar.</summary>
    public Task CopyToAsync(FileNode file, LayerWriter writer, LayerEntry entry, CancellationToken cancellationToken) =>
        _snapshot.CopyToAsync(Entry(file), writer, entry, cancellationToken);

    private SnapshotEntry Entry(FileNode file) =>
        _snapshot.Lookup(file.Path) ?? throw new FileNotFoundException("The file is not in the snapshot.", file.Path);

    private FileNode Node(SnapshotEntry found)
    {
        LayerEntry entry = found.Entry;
        string first = entry.Path;
        if (entry.Kind == LayerEntryKind.HardLink)
        {
            first = entry.LinkTarget!;
            entry = _indexes[found.DiffId].TryGet(first, out LayerEntry? target)
                ? target
                : throw new InvalidDataException($"Layer {found.DiffId} links {found.Path} to {first}, which it does not hold.");
        }

        return new FileNode
        {
            Path = found.Path,
            Kind = Kind(entry.Kind),
            Mode = entry.Mode,
            Uid = entry.Uid,
            Gid = entry.Gid,
            Size = entry.Size,
            LinkTarget = entry.Kind == LayerEntryKind.SymbolicLink ? entry.LinkTarget : null,
            DeviceMajor = entry.DeviceMajor,
            DeviceMinor = entry.DeviceMinor,
            Xattrs = entry.Xattrs is { Count: > 0 } xattrs ? xattrs.ToImmutableSortedDictionary(StringComparer.Ordinal) : NoXattrs,
            HardLinkGroup = _linked.Contains((found.DiffId, first)) ? $"{found.DiffId.Short}:{first}" : null,
        };
    }

    private static readonly ImmutableSortedDictionary<string, ReadOnlyMemory<byte>> NoXattrs =
        ImmutableSortedDictionary<string, ReadOnlyMemory<byte>>.Empty;

    private static FileKind Kind(LayerEntryKind kind) => kind switch
    {
        LayerEntryKind.File => FileKind.Regular,
        LayerEntryKind.Directory => FileKind.Directory,
        LayerEntryKind.SymbolicLink => FileKind.SymbolicLink,
        LayerEntryKind.CharacterDevice => FileKind.CharacterDevice,
        LayerEntryKind.BlockDevice => FileKind.BlockDevice,
        LayerEntryKind.Fifo => FileKind.Fifo,
        _ => throw new InvalidOperationException($"A snapshot shows no {kind}."),
    };
}
