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
public sealed partial class Snapshot : IDisposable
{
    private const int MaximumLinks = 40;

    private readonly LayerStore _layers;
    private readonly LayerIndex[] _indexes;

    private Snapshot(LayerStore layers, IReadOnlyList<Digest> diffIds, LayerIndex[] indexes) =>
        (_layers, DiffIds, _indexes) = (layers, diffIds, indexes);

    /// <summary>The stack, lowest layer first.</summary>
    public IReadOnlyList<Digest> DiffIds { get; }

    /// <summary>Loads the indexes of the stack (lowest layer first); for a layer that is only known by its blob this reads the blob.</summary>
    public static async Task<Snapshot> LoadAsync(LayerStore layers, IReadOnlyList<Digest> diffIds, CancellationToken cancellationToken)
    {
        Task<LayerIndex>[] loading = [.. diffIds.Select(diffId => layers.GetIndexAsync(diffId, cancellationToken))];
        return new Snapshot(layers, [.. diffIds], await Task.WhenAll(loading));
    }

    /// <summary>The entry at the path, no link followed; null when nothing is there. The root is always there.</summary>
    public SnapshotEntry? Lookup(string path)
    {
        SnapshotEntry? implied = path.Length == 0 ? new SnapshotEntry(LayerIndex.Implied(""), DiffIds.Count == 0 ? default : DiffIds[^1]) : null;
        for (int i = _indexes.Length - 1; i >= 0; i--)
        {
            if (_indexes[i].TryGet(path, out LayerEntry? entry))
            {
                if (entry is { IsDirectory: true, IsImplied: true })
                {
                    implied ??= new SnapshotEntry(entry, DiffIds[i]);
                }
                else if (implied is null)
                {
                    return entry.Kind == LayerEntryKind.Whiteout ? null : new SnapshotEntry(entry, DiffIds[i]);
                }
                else
                {
                    // An implied directory takes its metadata from a real one below; anything else below is hidden by it.
                    return entry.IsDirectory ? new SnapshotEntry(entry, DiffIds[i]) : implied;
                }
            }

            if (Hides(_indexes[i], path))
            {
                break;
            }
        }

        return implied;
    }

    /// <summary>
    /// As <see cref="Lookup"/>, with symbolic links followed inside the root: those in the directories of the path always, one at its end only if
    /// <paramref name="followLast"/>. Null when nothing is there.
    /// </summary>
    /// <exception cref="IOException">More than 40 links were followed.</exception>
    public SnapshotEntry? Resolve(string path, bool followLast) => Follow(path, followLast).Entry;

    /// <summary>
    /// The path that writing to <paramref name="path"/> would reach: links followed as far as the path exists, the rest appended.
    /// </summary>
    /// <exception cref="IOException">More than 40 links were followed.</exception>
    public string ResolvePath(string path, bool followLast) => Follow(path, followLast).Path;

    /// <summary>What lies directly in the directory, sorted; empty when it is none.</summary>
    public IEnumerable<SnapshotEntry> List(string directory)
    {
        if (Lookup(directory) is not { Entry.IsDirectory: true })
        {
            return [];
        }

        var children = new SortedDictionary<string, SnapshotEntry?>(StringComparer.Ordinal);
        for (int i = _indexes.Length - 1; i >= 0; i--)
        {
            if (_indexes[i].TryGet(directory, out LayerEntry? here) && !here.IsDirectory)
            {
                break;
            }

            foreach (LayerEntry child in _indexes[i].Children(directory))
            {
                if (!children.ContainsKey(child.Name))
                {
                    children.Add(child.Name, child.IsImplied ? Lookup(child.Path) : child.Kind == LayerEntryKind.Whiteout ? null : new SnapshotEntry(child, DiffIds[i]));
                }
            }

            if (Hides(_indexes[i], directory))
            {
                break;
            }
        }

        return children.Values.OfType<SnapshotEntry>();
    }

    /// <summary>The path itself, then all below it, in the order of <see cref="LayerPath.Order"/>.</summary>
    public IEnumerable<SnapshotEntry> Walk(string path)
    {
        var pending = new Stack<SnapshotEntry>();
        if (Lookup(path) is { } start)
        {
            pending.Push(start);
        }

        while (pending.TryPop(out SnapshotEntry? entry))
        {
            yield return entry;
            if (entry.Entry.IsDirectory)
            {
                foreach (SnapshotEntry child in List(entry.Path).Reverse())
                {
                    pending.Push(child);
                }
            }
        }
    }

    /// <summary>
    /// The directories that the topmost layer holding them only implies although a lower layer lists them: overlayfs would show the implied metadata.
    /// A small layer on top of the stack with these entries (the directories above them included) shows the right ones. Usually empty.
    /// </summary>
    public IReadOnlyList<LayerEntry> Fixups()
    {
        var fixups = new SortedDictionary<string, LayerEntry>(LayerPath.Order);
        foreach (string path in _indexes.SelectMany(index => index.Entries).Where(entry => entry.IsImplied && entry.Path.Length > 0).Select(entry => entry.Path).Distinct())
        {
            if (TopOf(path) is { IsImplied: true } && Lookup(path)!.Entry is { IsImplied: false } real)
            {
                for (string above = real.Path; above.Length > 0 && !fixups.ContainsKey(above); above = LayerPath.ParentOf(above))
                {
                    fixups.Add(above, Lookup(above)!.Entry with { IsOpaque = false, IsImplied = false });
                }
            }
        }

        return [.. fixups.Values];
    }

    // What overlayfs would show: the highest entry, implied or not.
    private LayerEntry? TopOf(string path)
    {
        for (int i = _indexes.Length - 1; i >= 0; i--)
        {
            if (_indexes[i].TryGet(path, out LayerEntry? entry))
            {
                return entry.Kind == LayerEntryKind.Whiteout ? null : entry;
            }

            if (Hides(_indexes[i], path))
            {
                return null;
            }
        }

        return null;
    }

    // Whether the layer lets nothing of the layers below shine through at the path.
    private static bool Hides(LayerIndex index, string path)
    {
        for (string above = path; ; above = LayerPath.ParentOf(above))
        {
            if (index.TryGet(above, out LayerEntry? entry) && (entry.IsOpaque || !entry.IsDirectory))
            {
                return true;
            }

            if (above.Length == 0)
            {
                return false;
            }
        }
    }

    private (string Path, SnapshotEntry? Entry) Follow(string path, bool followLast)
    {
        string resolved = "";
        SnapshotEntry? entry = Lookup("");
        int links = 0;
        var rest = new Stack<string>(path.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse());
        while (rest.TryPop(out string? part))
        {
            if (part is "." or "..")
            {
                resolved = part == ".." ? LayerPath.ParentOf(resolved) : resolved;
                entry = Lookup(resolved);
                continue;
            }

            string next = LayerPath.Combine(resolved, part);
            entry = entry is { Entry.IsDirectory: true } ? Lookup(next) : null;
            if (entry is not { Entry.Kind: LayerEntryKind.SymbolicLink } || (rest.Count == 0 && !followLast))
            {
                resolved = next;
                continue;
            }

            if (++links > MaximumLinks)
            {
                throw new IOException($"'/{path}' leads through more than {MaximumLinks} symbolic links.");
            }

            string target = entry.Entry.LinkTarget!;
            foreach (string targetPart in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse())
            {
                rest.Push(targetPart);
            }

            resolved = target.StartsWith('/') ? "" : resolved;
            entry = Lookup(resolved);
        }

        return (resolved, entry);
    }
}
