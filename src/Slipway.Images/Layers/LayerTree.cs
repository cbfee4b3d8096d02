using Slipway.Foundation.Linux;

namespace Slipway.Images.Layers;

/// <summary>
/// A layer's tree while it is being filled. The caller answers for paths whose parents are real directories made here; the kernel makes sure of it once
/// more (<see cref="DirectoryHandle.OpenBeneath"/>). Directories get their final metadata at the end, when nothing more is put into them.
/// </summary>
internal sealed class LayerTree : IDisposable
{
    private const int OwnerMayAll = 0x1C0, AllMay = 0x1FF;

    private readonly DirectoryHandle _root;
    private readonly bool _ignoreOwnerErrors;
    private readonly uint _uid = ProcessIdentity.EffectiveUid, _gid = ProcessIdentity.EffectiveGid;
    private readonly int _mask = ProcessIdentity.FileCreationMask;
    private readonly byte[] _scratch = new byte[128 * 1024];
    private DirectoryHandle? _parent;
    private string? _parentPath;

    internal LayerTree(string directory, bool ignoreOwnerErrors)
    {
        (_root, _ignoreOwnerErrors) = (DirectoryHandle.Open(directory), ignoreOwnerErrors);
        _root.Self.SetMode(OwnerMayAll); // and no set-group-id bit, which would be passed on
    }

    internal void MakeDirectory(string path) => ParentOf(path).CreateDirectory(LayerPath.NameOf(path), OwnerMayAll);

    internal void WriteFile(LayerEntry entry, TarReader data, IReadOnlyList<TarSegment>? segments)
    {
        DirectoryHandle parent = ParentOf(entry.Path);
        string name = entry.Name;
        using FileDescriptor file = parent.CreateFile(name, entry.Mode & AllMay);
        if (segments is null)
        {
            Copy(data, file, entry.Size);
        }
        else
        {
            foreach (TarSegment segment in segments)
            {
                file.Seek(segment.Offset);
                Copy(data, file, segment.Length);
            }

            file.SetLength(entry.Size);
        }

        SetOwner(entry, file);
        if ((entry.Mode & (_mask | ~AllMay)) != 0)
        {
            file.SetMode(entry.Mode);
        }

        SetXattrs(parent, name, entry);
        file.SetTime(entry.ModifiedSeconds);
    }

    internal void MakeSymbolicLink(LayerEntry entry)
    {
        DirectoryHandle parent = ParentOf(entry.Path);
        parent.CreateSymbolicLink(entry.Name, entry.LinkTarget!);
        SetMetadata(parent, entry, setMode: false);
    }

    internal void MakeHardLink(string path, string target)
    {
        using DirectoryHandle targetDirectory = _root.OpenBeneath(LayerPath.ParentOf(target));
        ParentOf(path).CreateHardLink(LayerPath.NameOf(path), targetDirectory, LayerPath.NameOf(target));
    }

    /// <summary>A device or fifo; a device that may not be made here (a user namespace) is left out.</summary>
    internal void MakeNode(LayerEntry entry)
    {
        DirectoryHandle parent = ParentOf(entry.Path);
        FileKind kind = entry.Kind switch
        {
            LayerEntryKind.CharacterDevice => FileKind.CharacterDevice,
            LayerEntryKind.BlockDevice => FileKind.BlockDevice,
            _ => FileKind.Fifo,
        };
        if (parent.TryCreateNode(entry.Name, kind, entry.Mode & AllMay, entry.DeviceMajor, entry.DeviceMinor))
        {
            SetMetadata(parent, entry, setMode: true);
        }
    }

    /// <summary>What overlayfs takes for a whiteout: a character device 0/0, which everybody may make.</summary>
    internal void MakeWhiteout(string path)
    {
        if (!ParentOf(path).TryCreateNode(LayerPath.NameOf(path), FileKind.CharacterDevice, 0, 0, 0))
        {
            throw new LinuxException("mknod", path, Errno.EPERM);
        }
    }

    /// <summary>Removes whatever is there.</summary>
    internal void Remove(string path)
    {
        ParentOf(path).RemoveTree(LayerPath.NameOf(path));
        DropParent();
    }

    /// <summary>Gives directories their final metadata; deeper ones must come before those that hold them.</summary>
    internal void FinishDirectory(LayerEntry entry)
    {
        using DirectoryHandle directory = _root.OpenBeneath(entry.Path);
        FileDescriptor self = directory.Self;
        SetOwner(entry, self);
        SetXattrs(directory, "", entry);
        if (entry.IsOpaque)
        {
            _ = ExtendedAttributes.TrySet(directory, "", OverlayAttributes.Opaque, "y"u8)
                ? true
                : throw new LinuxException("setxattr", $"{entry.Path}: {OverlayAttributes.Opaque}", Errno.EOPNOTSUPP);
        }

        self.SetMode(entry.Mode);
        self.SetTime(entry.ModifiedSeconds);
    }

    public void Dispose()
    {
        DropParent();
        _root.Dispose();
    }

    private void Copy(TarReader data, FileDescriptor file, long length)
    {
        while (length > 0)
        {
            ReadOnlySpan<byte> bytes = data.ReadStored(_scratch, length);
            file.Write(bytes);
            length -= bytes.Length;
        }
    }

    private void SetMetadata(DirectoryHandle parent, LayerEntry entry, bool setMode)
    {
        string name = entry.Name;
        if (entry.Uid != _uid || entry.Gid != _gid)
        {
            Owner(() => parent.SetOwner(name, entry.Uid, entry.Gid));
        }

        if (setMode)
        {
            parent.SetMode(name, entry.Mode);
        }

        SetXattrs(parent, name, entry);
        parent.SetTime(name, entry.ModifiedSeconds);
    }

    private void SetOwner(LayerEntry entry, FileDescriptor file)
    {
        if (entry.Uid != _uid || entry.Gid != _gid)
        {
            Owner(() => file.SetOwner(entry.Uid, entry.Gid));
        }
    }

    private void Owner(Action set)
    {
        try
        {
            set();
        }
        catch (LinuxException e) when (_ignoreOwnerErrors && e.Errno is Errno.EINVAL or Errno.EPERM)
        {
            // Asked for: a user namespace with a single id cannot express the owner; the entries keep it.
        }
    }

    // A file system that takes no such attribute (security.selinux, a capability on tmpfs) does without; the entries keep it.
    private static void SetXattrs(DirectoryHandle directory, string name, LayerEntry entry)
    {
        foreach ((string attribute, ReadOnlyMemory<byte> value) in entry.Xattrs ?? EmptyXattrs)
        {
            _ = ExtendedAttributes.TrySet(directory, name, attribute, value.Span);
        }
    }

    private static readonly Dictionary<string, ReadOnlyMemory<byte>> EmptyXattrs = [];

    private DirectoryHandle ParentOf(string path)
    {
        int slash = path.LastIndexOf('/');
        ReadOnlySpan<char> parent = slash < 0 ? "" : path.AsSpan(0, slash);
        if (_parent is null || !parent.SequenceEqual(_parentPath))
        {
            DropParent();
            _parentPath = parent.ToString();
            _parent = _root.OpenBeneath(_parentPath);
        }

        return _parent;
    }

    private void DropParent()
    {
        _parent?.Dispose();
        _parent = null;
    }
}
