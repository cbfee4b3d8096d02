using Slipway.Foundation.Hashing;
using Slipway.Images.Archives;
using Slipway.Images.Layers;
using Slipway.Images.Store;

namespace Slipway.Images.Export;

/// <summary>A file system to export, and the directory it goes to (empty for none).</summary>
public sealed record ExportedTree(string Directory, IReadOnlyList<Digest> DiffIds);

/// <summary>
/// Writes the file system that a stack of layers comes to as one tar: what is hidden is left out, several names of one file are hard links, times are those of the
/// layers. The same layers give the same bytes.
/// </summary>
/// <param name="layers">The store's layers.</param>
/// <param name="keepOwners">Whether owners stay; otherwise everything is root's.</param>
public sealed class FileSystemTar(LayerStore layers, bool keepOwners)
{
    public async Task WriteAsync(IReadOnlyList<ExportedTree> trees, Stream output, CancellationToken cancellationToken)
    {
        var tar = new TarBlobWriter(output);
        foreach (ExportedTree tree in trees)
        {
            await WriteAsync(tar, tree, cancellationToken);
        }

        await tar.EndAsync(cancellationToken);
    }

    private async Task WriteAsync(TarBlobWriter tar, ExportedTree tree, CancellationToken cancellationToken)
    {
        using Snapshot snapshot = await Snapshot.LoadAsync(layers, tree.DiffIds, cancellationToken);
        Dictionary<(Digest, string), string> written = [];
        foreach (SnapshotEntry found in snapshot.Walk(""))
        {
            cancellationToken.ThrowIfCancellationRequested();
            LayerEntry entry = found.Entry;
            string path = LayerPath.Combine(tree.Directory, found.Path);
            if (path.Length == 0 && entry.IsImplied)
            {
                continue; // nobody said anything of the root
            }

            if (entry.Kind is LayerEntryKind.File or LayerEntryKind.HardLink)
            {
                await WriteFileAsync(tar, snapshot, found, path, written, cancellationToken);
            }
            else
            {
                await tar.WriteHeaderAsync(Owned(entry) with { Path = path, IsOpaque = false, IsImplied = false }, TimeOf(entry), cancellationToken);
            }
        }
    }

    private async Task WriteFileAsync(
        TarBlobWriter tar, Snapshot snapshot, SnapshotEntry found, string path, Dictionary<(Digest, string), string> written, CancellationToken cancellationToken)
    {
        LayerEntry file = found.Entry;
        if (file.Kind == LayerEntryKind.HardLink)
        {
            // Its first name may be hidden by a layer above, so the link's own layer is asked.
            LayerIndex index = await layers.GetIndexAsync(found.DiffId, cancellationToken);
            file = index.TryGet(file.LinkTarget!, out LayerEntry? target) ? target
                : throw new InvalidDataException($"The layer {found.DiffId} links {found.Path} to {file.LinkTarget}, which it does not hold.");
        }

        if (!written.TryAdd((found.DiffId, file.Path), path))
        {
            LayerEntry link = Owned(file) with { Path = path, Kind = LayerEntryKind.HardLink, LinkTarget = written[(found.DiffId, file.Path)], Size = 0, Xattrs = null };
            await tar.WriteHeaderAsync(link, TimeOf(file), cancellationToken);
            return;
        }

        await tar.WriteHeaderAsync(Owned(file) with { Path = path, LinkTarget = null }, TimeOf(file), cancellationToken);
        await using Stream content = await snapshot.OpenAsync(found, cancellationToken);
        await tar.WriteDataAsync(path, content, file.Size, cancellationToken);
    }

    private LayerEntry Owned(LayerEntry entry) => keepOwners ? entry : entry with { Uid = 0, Gid = 0 };

    private static long TimeOf(LayerEntry entry) => entry.IsImplied ? LayerWriterOptions.DefaultTimestamp : entry.ModifiedSeconds;
}
