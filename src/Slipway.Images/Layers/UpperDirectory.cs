using Slipway.Foundation.Linux;

namespace Slipway.Images.Layers;

/// <summary>
/// Lists what an overlay's upper directory changes, in the order of layers, and makes the directory equal to that list: what the layer leaves away is removed
/// on disk, and every time becomes the constant one. So a tree that was run in and a tree unpacked from the layer's tar are the same.
/// </summary>
/// <param name="below">What lies below, or null.</param>
/// <param name="timestamp">The constant time.</param>
/// <param name="touch">Whether the directory is made equal to the list; if not, it is only read.</param>
/// <param name="cancellationToken">Stops the walk.</param>
internal sealed class UpperDirectory(Func<string, LayerEntry?>? below, long timestamp, bool touch, CancellationToken cancellationToken)
{
    private readonly List<LayerEntry> _entries = [];
    private readonly Dictionary<ulong, string> _firstNames = [];

    internal List<LayerEntry> Collect(DirectoryHandle root)
    {
        // The root itself is part of the layer only if it changed.
        FileStatus status = root.StatusOf(".");
        LayerEntry entry = Entry(root, ".", "", LayerEntryKind.Directory, status);
        _ = ReadOpaque(root, ".", keep: false);
        CollectIn(root, "");
        if (below is not null && !SameMetadata(entry, below("") ?? LayerIndex.Implied("")))
        {
            _entries.Insert(0, entry);
        }

        if (touch)
        {
            root.Self.SetTime(timestamp);
        }

        return _entries;
    }

    private void CollectIn(DirectoryHandle directory, string directoryPath)
    {
        foreach (string name in directory.ReadNames())
        {
            cancellationToken.ThrowIfCancellationRequested();
            string path = LayerPath.Combine(directoryPath, name);
            FileStatus status = directory.StatusOf(name);
            if (status.Kind == FileKind.Socket || IsPointlessWhiteout(status, path))
            {
                if (touch)
                {
                    directory.RemoveFile(name);
                }
            }
            else if (status.Kind == FileKind.Directory)
            {
                AddDirectory(directory, name, path, status);
            }
            else
            {
                AddOther(directory, name, path, status);
            }
        }
    }

    private void AddDirectory(DirectoryHandle directory, string name, string path, FileStatus status)
    {
        LayerEntry entry = Entry(directory, name, path, LayerEntryKind.Directory, status);
        LayerEntry? lower = below?.Invoke(path);
        entry = entry with { IsOpaque = ReadOpaque(directory, name, keep: below is null || lower is { IsDirectory: true }) };
        int place = _entries.Count;
        _entries.Add(entry);
        using (DirectoryHandle inside = directory.OpenDirectory(name))
        {
            CollectIn(inside, path);
        }

        if (_entries.Count == place + 1 && !entry.IsOpaque && lower is { IsDirectory: true } && SameMetadata(entry, lower))
        {
            _entries.RemoveAt(place);
            directory.RemoveDirectory(name);
            return;
        }

        if (touch)
        {
            directory.SetTime(name, timestamp);
        }
    }

    private void AddOther(DirectoryHandle directory, string name, string path, FileStatus status)
    {
        if (IsWhiteout(status))
        {
            _entries.Add(new LayerEntry { Path = path, Kind = LayerEntryKind.Whiteout });
            return;
        }

        LayerEntryKind kind = status.Kind switch
        {
            FileKind.Regular => LayerEntryKind.File,
            FileKind.SymbolicLink => LayerEntryKind.SymbolicLink,
            FileKind.CharacterDevice => LayerEntryKind.CharacterDevice,
            FileKind.BlockDevice => LayerEntryKind.BlockDevice,
            _ => LayerEntryKind.Fifo,
        };
        LayerEntry entry = Entry(directory, name, path, kind, status);
        if (kind == LayerEntryKind.File && status.LinkCount > 1 && !_firstNames.TryAdd(status.Inode, path))
        {
            entry = entry with { Kind = LayerEntryKind.HardLink, LinkTarget = _firstNames[status.Inode], Size = 0, Xattrs = null };
        }

        _entries.Add(entry);
        if (touch && status.ModifiedNanoseconds != timestamp * 1_000_000_000)
        {
            directory.SetTime(name, timestamp);
        }
    }

    private static LayerEntry Entry(DirectoryHandle directory, string name, string path, LayerEntryKind kind, FileStatus status) => new()
    {
        Path = path,
        Kind = kind,
        Mode = status.Permissions,
        Uid = status.Uid,
        Gid = status.Gid,
        Size = kind == LayerEntryKind.File ? status.Size : 0,
        LinkTarget = kind == LayerEntryKind.SymbolicLink ? directory.ReadLink(name) : null,
        DeviceMajor = kind is LayerEntryKind.CharacterDevice or LayerEntryKind.BlockDevice ? status.DeviceMajor : 0,
        DeviceMinor = kind is LayerEntryKind.CharacterDevice or LayerEntryKind.BlockDevice ? status.DeviceMinor : 0,
        Xattrs = ReadXattrs(directory, name),
    };

    // What a file can do and what its owner noted; the rest (SELinux labels, ACLs) belongs to the machine. As docker does.
    private static Dictionary<string, ReadOnlyMemory<byte>>? ReadXattrs(DirectoryHandle directory, string name)
    {
        Dictionary<string, ReadOnlyMemory<byte>>? xattrs = null;
        foreach (string attribute in ExtendedAttributes.List(directory, name))
        {
            bool wanted = attribute == "security.capability"
                || (attribute.StartsWith("user.", StringComparison.Ordinal) && !OverlayAttributes.IsOverlay(attribute));
            if (wanted && ExtendedAttributes.Get(directory, name, attribute) is { } value)
            {
                (xattrs ??= new(StringComparer.Ordinal))[attribute] = value;
            }
        }

        return xattrs;
    }

    // Overlayfs marks every new directory opaque, also where nothing lies below: there the mark says nothing, and would hide
    // what lies below when the layer is used on another stack.
    private bool ReadOpaque(DirectoryHandle directory, string name, bool keep)
    {
        bool opaque = false;
        foreach (string attribute in ExtendedAttributes.List(directory, name).Where(OverlayAttributes.IsOverlay))
        {
            bool mark = OverlayAttributes.IsOpaque(attribute) && ExtendedAttributes.Get(directory, name, attribute) is [(byte)'y'];
            opaque |= mark && keep;
            if (touch && !(mark && keep))
            {
                ExtendedAttributes.Remove(directory, name, attribute);
            }
        }

        return opaque;
    }

    private bool IsPointlessWhiteout(FileStatus status, string path) => IsWhiteout(status) && below is not null && below(path) is null;

    private static bool IsWhiteout(FileStatus status) => status is { Kind: FileKind.CharacterDevice, DeviceMajor: 0, DeviceMinor: 0 };

    private static bool SameMetadata(LayerEntry a, LayerEntry b) =>
        (a.Mode, a.Uid, a.Gid) == (b.Mode, b.Uid, b.Gid)
        && (a.Xattrs?.Count ?? 0) == (b.Xattrs?.Count ?? 0)
        && (a.Xattrs is null || a.Xattrs.All(pair => b.Xattrs!.TryGetValue(pair.Key, out ReadOnlyMemory<byte> other) && other.Span.SequenceEqual(pair.Value.Span)));
}
