using System.Buffers;
using Slipway.Foundation.Linux;
using Slipway.Images.Layers;
using Slipway.Packages.Contents;

namespace Slipway.Packages.Entries;

/// <summary>Writes entries below one directory, never through a link: every directory is opened beneath it by the kernel's own rules. For one thread.</summary>
internal sealed class DirectoryWriter(string path, FileSharing sharing) : IDisposable
{
    private const int ExecutableMode = 0x1FF, FileMode = 0x1B6, BufferSize = 128 * 1024;

    private readonly DirectoryHandle _root = DirectoryHandle.Open(path);
    private readonly byte[] _buffer = ArrayPool<byte>.Shared.Rent(BufferSize);
    private readonly Dictionary<SharedName, string> _names = [];
    private bool _clones = sharing != FileSharing.None, _links = sharing == FileSharing.Any;
    private (string Path, DirectoryHandle Handle)? _parent;

    internal void Write(EnvironmentEntry entry)
    {
        if (entry.Kind == PackageMemberKind.Directory)
        {
            return;
        }

        DirectoryHandle parent = Parent(LayerPath.ParentOf(entry.Path));
        string name = LayerPath.NameOf(entry.Path);
        if (entry.Kind == PackageMemberKind.SymbolicLink)
        {
            parent.CreateSymbolicLink(name, entry.LinkTarget!);
        }
        else if (SharedName.Of(entry) is { } shared && !_names.TryAdd(shared, entry.Path))
        {
            using DirectoryHandle other = _root.OpenBeneath(LayerPath.ParentOf(_names[shared]));
            parent.CreateHardLink(name, other, LayerPath.NameOf(_names[shared]));
        }
        else if (!entry.IsUnchanged || entry.Size == 0 || entry.Contents is not FolderContents cache || !TryShare(entry, cache, parent, name))
        {
            Copy(entry, parent, name);
        }
    }

    public void Dispose()
    {
        _parent?.Handle.Dispose();
        _root.Dispose();
        ArrayPool<byte>.Shared.Return(_buffer);
    }

    // What a file system cannot do for one file it cannot do for the next.
    private bool TryShare(EnvironmentEntry entry, FolderContents cache, DirectoryHandle parent, string name)
    {
        if (_clones && TryClone(entry, cache, parent, name))
        {
            return true;
        }

        if (!_links || entry.MustBeCopy || entry.IsExecutable != entry.Member!.IsExecutable)
        {
            return false;
        }

        try
        {
            parent.CreateHardLink(name, cache.Folder, FolderContents.NameOf(entry.Member.Content));
            return true;
        }
        catch (LinuxException e) when (e.Errno is Errno.EXDEV or Errno.EPERM or Errno.EMLINK)
        {
            _links &= e.Errno == Errno.EMLINK; // a file with too many names says nothing about others
            return false;
        }
    }

    private bool TryClone(EnvironmentEntry entry, FolderContents cache, DirectoryHandle parent, string name)
    {
        using (FileDescriptor file = parent.CreateFile(name, entry.IsExecutable ? ExecutableMode : FileMode))
        {
            using FileDescriptor source = cache.Folder.OpenFile(FolderContents.NameOf(entry.Member!.Content));
            if (file.TryCloneFrom(source))
            {
                return true;
            }
        }

        _clones = false;
        parent.RemoveFile(name);
        return false;
    }

    private void Copy(EnvironmentEntry entry, DirectoryHandle parent, string name)
    {
        using FileDescriptor file = parent.CreateFile(name, entry.IsExecutable ? ExecutableMode : FileMode); // narrowed by the user's mask
        using Stream bytes = entry.Open();
        int read;
        while ((read = bytes.Read(_buffer)) > 0)
        {
            file.Write(_buffer.AsSpan(0, read));
        }
    }

    private DirectoryHandle Parent(string directory)
    {
        if (_parent?.Path != directory)
        {
            _parent?.Handle.Dispose();
            _parent = (directory, _root.OpenBeneath(directory));
        }

        return _parent!.Value.Handle;
    }
}
