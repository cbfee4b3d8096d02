using Slipway.Foundation.Hashing;
using Slipway.Images.Store;

namespace Slipway.Images.Layers;

/// <summary>One path of a snapshot and the layer it comes from.</summary>
/// <param name="Entry">The entry; never a whiteout. A directory's metadata are those of the highest layer that lists it.</param>
/// <param name="DiffId">The layer that holds it.</param>
public sealed record SnapshotEntry(LayerEntry Entry, Digest DiffId)
{
    public string Path => Entry.Path;
}

/// <summary>
/// The merged, read-only view of a stack of layers, whiteouts and opaque directories honoured. Looking up and listing work on the
/// layers' indexes alone; bytes are read from a tree, else from a tar.
/// </summary>
public sealed class Snapshot
{
    private Snapshot(LayerStore layers, IReadOnlyList<Digest> diffIds) => (Layers, DiffIds) = (layers, diffIds);

    /// <summary>The stack, lowest layer first.</summary>
    public IReadOnlyList<Digest> DiffIds { get; }

    private LayerStore Layers { get; }

    /// <summary>Loads the indexes of the stack (lowest layer first); for a layer that is only known by its blob this reads the blob.</summary>
    public static Task<Snapshot> LoadAsync(LayerStore layers, IReadOnlyList<Digest> diffIds, CancellationToken cancellationToken) =>
        throw new NotSupportedException();

    /// <summary>The entry at the path, no link followed; null when nothing is there. The root is always there.</summary>
    public SnapshotEntry? Lookup(string path) => throw new NotSupportedException(Layers.ToString());

    /// <summary>
    /// As <see cref="Lookup"/>, with symbolic links followed inside the root: those in the directories of the path always, one at its end only if
    /// <paramref name="followLast"/>. Null when nothing is there.
    /// </summary>
    /// <exception cref="IOException">More than 40 links were followed.</exception>
    public SnapshotEntry? Resolve(string path, bool followLast) => throw new NotSupportedException();

    /// <summary>
    /// The path that writing to <paramref name="path"/> would reach: links followed as far as the path exists, the rest appended.
    /// </summary>
    public string ResolvePath(string path, bool followLast) => throw new NotSupportedException();

    /// <summary>What lies directly in the directory, sorted; empty when it is none.</summary>
    public IEnumerable<SnapshotEntry> List(string directory) => throw new NotSupportedException();

    /// <summary>The path itself, then all below it, in the order of <see cref="LayerPath.Order"/>.</summary>
    public IEnumerable<SnapshotEntry> Walk(string path) => throw new NotSupportedException();

    /// <summary>The bytes of a file (or hard link).</summary>
    public Task<Stream> OpenAsync(SnapshotEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The path of the file's bytes on disk, unpacking its layer if need be.</summary>
    public Task<string> GetFilePathAsync(SnapshotEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>The digest of a file's bytes; computed once, then remembered with the layer.</summary>
    public Task<Digest> ContentDigestAsync(SnapshotEntry entry, CancellationToken cancellationToken) => throw new NotSupportedException();

    /// <summary>
    /// The directories that the topmost layer holding them only implies although a lower layer lists them: overlayfs would show the implied metadata.
    /// A small layer on top of the stack with these entries shows the right ones. Usually empty.
    /// </summary>
    public IReadOnlyList<LayerEntry> Fixups() => throw new NotSupportedException();

}
