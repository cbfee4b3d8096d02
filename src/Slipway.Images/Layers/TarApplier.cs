using Slipway.Foundation.Text;
using Slipway.Images.Compression;

namespace Slipway.Images.Layers;

/// <summary>
/// Applies the members of a tar one after another to a list of entries, and to a tree if there is one. All names are resolved against the entries made so
/// far, never against the disk, so a hostile archive finds nothing to lead astray.
/// </summary>
internal sealed class TarApplier(UnpackOptions options, LayerTree? tree)
{
    private const int MaximumLinks = 40, MaximumName = 255, MaximumPath = 4095;

    private readonly Dictionary<string, LayerEntry> _entries = new(StringComparer.Ordinal);
    private readonly HashSet<string> _linked = new(StringComparer.Ordinal);
    private (string Written, string Resolved) _lastParent = ("", "");
    private long _sparseStored, _sparseSize;

    internal IReadOnlyCollection<LayerEntry> Entries => _entries.Values;

    internal void Apply(TarMember member, TarReader data)
    {
        CheckSize(member);
        string written = Normalize(member.Name, "name");
        if (written.Length == 0)
        {
            ApplyRoot(member);
            return;
        }

        string parent = ResolveParent(LayerPath.ParentOf(written), member.Name);
        string name = LayerPath.NameOf(written);
        if (name.StartsWith(TarFormat.WhiteoutPrefix, StringComparison.Ordinal))
        {
            if (!options.Whiteouts)
            {
                throw Hostile($"has a member '{member.Name}', and no image can hold a name that begins with '{TarFormat.WhiteoutPrefix}'");
            }

            ApplyWhiteout(parent, name);
        }
        else
        {
            Put(member, LayerPath.Combine(parent, name), data);
        }
    }

    // A sparse file costs nothing in the archive, but whoever copies it writes its holes.
    private void CheckSize(TarMember member)
    {
        ExpansionLimit.Current.CheckMembers(_entries.Count);
        if (member.Segments is { } segments)
        {
            _sparseStored += segments.Sum(segment => segment.Length);
            _sparseSize = member.Size > long.MaxValue - _sparseSize ? long.MaxValue : _sparseSize + member.Size;
            ExpansionLimit.Current.Check(_sparseStored, _sparseSize);
        }
    }

    private void ApplyRoot(TarMember member)
    {
        if (member.Kind != TarMemberKind.Directory)
        {
            throw Hostile($"has a member '{member.Name}' that is no name of a file");
        }

        _entries[""] = Entry(member, "", LayerEntryKind.Directory) with { IsOpaque = _entries.TryGetValue("", out LayerEntry? root) && root.IsOpaque };
    }

    private void ApplyWhiteout(string parent, string name)
    {
        if (name == TarFormat.OpaqueMarker)
        {
            LayerEntry directory = _entries.TryGetValue(parent, out LayerEntry? there) ? there : LayerIndex.Implied(parent);
            _entries[parent] = directory with { IsOpaque = true };
            return;
        }

        string hidden = name[TarFormat.WhiteoutPrefix.Length..];
        if (hidden is "" or "." or "..")
        {
            throw Hostile($"has a whiteout '{name}' that hides no name");
        }

        if (hidden.StartsWith(TarFormat.WhiteoutPrefix, StringComparison.Ordinal))
        {
            return; // .wh..wh.plnk, .wh..wh.aufs: aufs's own notes
        }

        // Whiteouts speak of the layers below: what this layer itself has stays, and a directory of it starts empty.
        string path = LayerPath.Combine(parent, hidden);
        if (!_entries.TryGetValue(path, out LayerEntry? existing))
        {
            tree?.MakeWhiteout(path);
            _entries[path] = new LayerEntry { Path = path, Kind = LayerEntryKind.Whiteout };
        }
        else if (existing.IsDirectory)
        {
            _entries[path] = existing with { IsOpaque = true };
        }
    }

    private void Put(TarMember member, string path, TarReader data)
    {
        LayerEntry entry = Entry(member, path, KindOf(member.Kind));
        bool opaque = false;
        LayerEntry? target = entry.Kind == LayerEntryKind.HardLink ? LinkTarget(member, path) : null;
        if (_entries.TryGetValue(path, out LayerEntry? existing))
        {
            if (target == existing)
            {
                return; // a link to itself
            }

            opaque = entry.IsDirectory && (existing.IsOpaque || existing.Kind == LayerEntryKind.Whiteout);
            if (entry.IsDirectory && existing.IsDirectory)
            {
                _entries[path] = entry with { IsOpaque = opaque };
                return;
            }

            Remove(existing);
        }

        _entries[path] = Create(entry with { IsOpaque = opaque }, target, member, data);
    }

    private LayerEntry Create(LayerEntry entry, LayerEntry? target, TarMember member, TarReader data)
    {
        switch (entry.Kind)
        {
            case LayerEntryKind.Directory:
                tree?.MakeDirectory(entry.Path);
                return entry;
            case LayerEntryKind.File:
                tree?.WriteFile(entry, data, member.Segments);
                return entry;
            case LayerEntryKind.SymbolicLink:
                if (entry.LinkTarget!.Length is 0 or > MaximumPath)
                {
                    throw Hostile($"has a symbolic link '{entry.Path}' whose target is empty or too long");
                }

                tree?.MakeSymbolicLink(entry);
                return entry;
            case LayerEntryKind.HardLink:
                tree?.MakeHardLink(entry.Path, target!.Path);
                _linked.Add(target!.Path);
                return target.Kind == LayerEntryKind.File
                    ? target with { Path = entry.Path, Kind = LayerEntryKind.HardLink, LinkTarget = target.Path, Size = 0, DataOffset = -1, ContentDigest = null, Xattrs = null }
                    : target with { Path = entry.Path };
            default:
                tree?.MakeNode(entry);
                return entry;
        }
    }

    // The entry a hard link names: a file (never another link to it), or anything else that is no directory.
    private LayerEntry LinkTarget(TarMember member, string path)
    {
        string written = Normalize(member.LinkName, "hard link target");
        string resolved = LayerPath.Combine(ResolveParent(LayerPath.ParentOf(written), member.LinkName), LayerPath.NameOf(written));
        if (!_entries.TryGetValue(resolved, out LayerEntry? target) || target.Kind is LayerEntryKind.Directory or LayerEntryKind.Whiteout)
        {
            throw Hostile($"has a hard link '{path}' to '{member.LinkName}', which is not a file before it in the archive");
        }

        return target.Kind == LayerEntryKind.HardLink ? _entries[target.LinkTarget!] : target;
    }

    private void Remove(LayerEntry entry)
    {
        tree?.Remove(entry.Path);
        _lastParent = ("", "");
        if (entry.IsDirectory)
        {
            foreach (string below in _entries.Keys.Where(path => LayerPath.IsWithin(path, entry.Path)).ToArray())
            {
                Forget(below);
            }
        }
        else
        {
            Forget(entry.Path);
        }
    }

    // Other names of a file outlive it: the first of them becomes the file.
    private void Forget(string path)
    {
        if (!_entries.Remove(path, out LayerEntry? gone) || gone.Kind != LayerEntryKind.File || !_linked.Contains(path))
        {
            return;
        }

        string? heir = null;
        foreach (LayerEntry link in _entries.Values.Where(entry => entry.Kind == LayerEntryKind.HardLink && entry.LinkTarget == path).ToArray())
        {
            _entries[link.Path] = heir is null ? gone with { Path = link.Path } : link with { LinkTarget = heir };
            heir ??= link.Path;
            _linked.Add(heir);
        }
    }

    /// <summary>The real directory that a written one means, links of the archive itself followed inside the root, what is missing made.</summary>
    private string ResolveParent(string written, string memberName)
    {
        if (written.Length == 0)
        {
            return "";
        }

        if (_lastParent.Written == written)
        {
            return _lastParent.Resolved;
        }

        string resolved = "";
        int links = 0;
        var rest = new Stack<string>(written.Split('/').Reverse());
        while (rest.TryPop(out string? part))
        {
            if (part == "..")
            {
                if (resolved.Length == 0 && options.RefuseAbsolutePaths)
                {
                    throw Hostile($"goes out of its root with '{memberName}', through a symbolic link");
                }

                resolved = LayerPath.ParentOf(resolved);
                continue;
            }

            resolved = Enter(LayerPath.Combine(resolved, part), rest, ref links, memberName);
        }

        _lastParent = (written, resolved);
        return resolved;
    }

    private string Enter(string path, Stack<string> rest, ref int links, string memberName)
    {
        if (!_entries.TryGetValue(path, out LayerEntry? there) || there.Kind == LayerEntryKind.Whiteout)
        {
            if (there is not null)
            {
                tree?.Remove(path);
            }

            tree?.MakeDirectory(path);
            _entries[path] = LayerIndex.Implied(path) with { IsOpaque = there is not null };
            return path;
        }

        if (there.IsDirectory)
        {
            return path;
        }

        if (there.Kind != LayerEntryKind.SymbolicLink || ++links > MaximumLinks)
        {
            throw Hostile($"has a member '{memberName}' below '{path}', which is not a directory");
        }

        string target = there.LinkTarget!;
        bool absolute = target.StartsWith('/');
        if (absolute && options.RefuseAbsolutePaths)
        {
            throw Hostile($"has a member '{memberName}' that goes out of its root through the symbolic link '{path}' to '{target}'");
        }

        foreach (string part in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Reverse().Where(part => part != "."))
        {
            rest.Push(part);
        }

        return absolute ? "" : LayerPath.ParentOf(path);
    }

    private string Normalize(string name, string what)
    {
        if (name.StartsWith('/') && options.RefuseAbsolutePaths)
        {
            throw Hostile($"has the absolute {what} '{name}'; expected only relative ones");
        }

        if (!name.Contains("./", StringComparison.Ordinal) && !name.Contains("//", StringComparison.Ordinal)
            && !name.StartsWith('/') && !name.EndsWith("..", StringComparison.Ordinal) && name is not "." && !name.EndsWith("/.", StringComparison.Ordinal))
        {
            return Bounded(name.EndsWith('/') ? name[..^1] : name);
        }

        string[] parts = name.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return parts.Contains("..")
            ? throw Hostile($"has the {what} '{name}', which goes out of its directory with '..'")
            : Bounded(string.Join('/', parts.Where(part => part != ".")));
    }

    private string Bounded(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw Hostile($"has a name with a zero byte, '{path.Replace("\0", "\\0", StringComparison.Ordinal)}'");
        }

        // At most three bytes a character; the exact length matters only near the limits.
        return path.Length > MaximumPath / 3 && Foundation.Linux.PathText.Encode(path).Length > MaximumPath
            || LongestPart(path) > MaximumName / 3 && path.Split('/').Any(part => Foundation.Linux.PathText.Encode(part).Length > MaximumName)
            ? throw Hostile($"has a name that is too long for Linux, '{path[..60]}…'")
            : path;
    }

    private static int LongestPart(string path)
    {
        int longest = 0;
        foreach (Range part in path.AsSpan().Split('/'))
        {
            longest = Math.Max(longest, part.End.Value - part.Start.Value);
        }

        return longest;
    }

    private static LayerEntry Entry(TarMember member, string path, LayerEntryKind kind) => new()
    {
        Path = path,
        Kind = kind,
        Mode = member.Mode,
        Uid = member.Uid,
        Gid = member.Gid,
        Size = kind == LayerEntryKind.File ? member.Size : 0,
        LinkTarget = kind == LayerEntryKind.SymbolicLink ? member.LinkName : null,
        DeviceMajor = member.DeviceMajor,
        DeviceMinor = member.DeviceMinor,
        ModifiedSeconds = member.ModifiedSeconds,
        Xattrs = Harmless(member.Xattrs),
        DataOffset = kind == LayerEntryKind.File ? member.DataOffset : -1,
    };

    // An archive must not be able to tell overlayfs where to look.
    private static IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? Harmless(IReadOnlyDictionary<string, ReadOnlyMemory<byte>>? xattrs) =>
        xattrs is null || !xattrs.Keys.Any(OverlayAttributes.IsOverlay)
            ? xattrs
            : xattrs.Where(pair => !OverlayAttributes.IsOverlay(pair.Key)).ToDictionary(StringComparer.Ordinal);

    private static LayerEntryKind KindOf(TarMemberKind kind) => kind switch
    {
        TarMemberKind.File => LayerEntryKind.File,
        TarMemberKind.Directory => LayerEntryKind.Directory,
        TarMemberKind.SymbolicLink => LayerEntryKind.SymbolicLink,
        TarMemberKind.HardLink => LayerEntryKind.HardLink,
        TarMemberKind.CharacterDevice => LayerEntryKind.CharacterDevice,
        TarMemberKind.BlockDevice => LayerEntryKind.BlockDevice,
        _ => LayerEntryKind.Fifo,
    };

    private DiagnosticException Hostile(string what) => new(
        "hostile-archive", $"The archive '{options.Name}' {what}.", "Do not use it unless you know where it comes from; if it is yours, pack it again with relative names.");
}
