using Slipway.Foundation.Linux;
using Slipway.Sandbox.Containers;

namespace Slipway.Sandbox.Mounts;

/// <summary>
/// A layer that lies over all others during a run and is never kept: it holds the true metadata of implied directories and the places
/// that mounts need and the image has not, so that nothing of them appears in the upper directory. See docs/decisions/0022.
/// </summary>
internal sealed class TopLayer
{
    private readonly string _folder;
    private readonly string _view;
    private readonly List<DirectoryFixup> _metadata = [];
    private readonly HashSet<string> _directories = [""];
    private readonly List<string> _stubs = [];

    /// <param name="folder">The layer's own directory.</param>
    /// <param name="view">The merged layers below.</param>
    public TopLayer(string folder, string view) => (_folder, _view) = (folder, view);

    /// <summary>What was made only to be mounted on, parents first.</summary>
    public IReadOnlyList<string> Stubs => _stubs;

    public void Add(IReadOnlyList<DirectoryFixup> fixups)
    {
        foreach (DirectoryFixup fixup in fixups.Where(f => f.Path.Length > 0).OrderBy(f => f.Path, StringComparer.Ordinal))
        {
            AddDirectory(Parent(fixup.Path));
            Directory.CreateDirectory(Path.Combine(_folder, fixup.Path));
            _directories.Add(fixup.Path);
            _metadata.Add(fixup);
        }
    }

    /// <summary>Makes sure that a mount finds something to be mounted on.</summary>
    public void AddMountPoint(RootPath target, bool isDirectory)
    {
        if (target.Exists)
        {
            return;
        }

        if (isDirectory)
        {
            AddDirectory(target.Relative);
            return;
        }

        AddDirectory(Parent(target.Relative));
        File.WriteAllBytes(Path.Combine(_folder, target.Relative), []);
        _stubs.Add(target.Relative);
    }

    /// <summary>Gives the directories their metadata; nothing may be added afterwards.</summary>
    public void Finish()
    {
        foreach (DirectoryFixup directory in Enumerable.Reverse(_metadata))
        {
            Apply(Path.Combine(_folder, directory.Path), directory);
        }
    }

    internal static void Apply(string path, DirectoryFixup metadata)
    {
        FileMetadata.SetOwner(path, metadata.Uid, metadata.Gid);
        FileMetadata.SetPermissions(path, metadata.Permissions);
        foreach ((string name, byte[] value) in metadata.ExtendedAttributes)
        {
            FileMetadata.SetExtendedAttribute(path, name, value);
        }

        FileMetadata.SetModified(path, metadata.ModifiedNanoseconds);
    }

    private void AddDirectory(string path)
    {
        if (!_directories.Add(path))
        {
            return;
        }

        AddDirectory(Parent(path));
        string made = Directory.CreateDirectory(Path.Combine(_folder, path)).FullName;
        if (FileStatus.TryOf(Path.Combine(_view, path), out FileStatus status))
        {
            // This layer is the topmost, so the directory must look here as it looks below.
            _metadata.Add(new DirectoryFixup(path, status.Permissions, status.Uid, status.Gid, status.ModifiedNanoseconds));
        }
        else
        {
            FileMetadata.SetPermissions(made, Convert.ToInt32("755", 8));
            _stubs.Add(path);
        }
    }

    private static string Parent(string path)
    {
        int slash = path.LastIndexOf('/');
        return slash < 0 ? "" : path[..slash];
    }
}
