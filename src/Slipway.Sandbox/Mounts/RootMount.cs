using Slipway.Foundation.Linux;
using Slipway.Sandbox.Containers;
using Slipway.Sandbox.Runtime;

namespace Slipway.Sandbox.Mounts;

/// <summary>A container's root file system, mounted: the layers, the generated top layer, the upper directory.</summary>
internal sealed class RootMount
{
    private readonly Workspace _workspace;
    private readonly RootFileSystem _root;
    private readonly IReadOnlyList<string> _stubs;

    private RootMount(Workspace workspace, RootFileSystem root, IReadOnlyList<string> stubs, IReadOnlyList<OciMount> mounts) =>
        (_workspace, _root, _stubs, Mounts) = (workspace, root, stubs, mounts);

    public string Path => _workspace.Root;

    /// <summary>The mounts with their targets free of links.</summary>
    public IReadOnlyList<OciMount> Mounts { get; }

    /// <param name="system">The mounts every container has, the first to be mounted.</param>
    /// <param name="more">Those of this container.</param>
    public static RootMount Attach(
        Workspace workspace, RootFileSystem root, IReadOnlyList<OciMount> system, IReadOnlyList<PreparedMount> more, bool userXattr)
    {
        // The layers are mounted a first time to see which mount points are missing; the kernel does not allow changing a layer that is mounted.
        string view = workspace.NewFolder("view");
        bool isFresh = !Directory.EnumerateFileSystemEntries(root.Upper).Any();
        if (isFresh)
        {
            OverlayMount.AttachReadOnly(workspace, root.Lower, userXattr, view);
            CopyRootMetadata(root);
        }
        else
        {
            OverlayMount.AttachReadOnly(workspace, [root.Upper, .. root.Lower], userXattr, view);
        }

        var top = new TopLayer(workspace.Top, view);
        top.Add(root.Fixups);
        List<OciMount> mounts = [.. system];
        List<string> covered = [.. system.Select(m => m.Destination + "/")];
        foreach (OciMount mount in system.Where(m => m.Destination.LastIndexOf('/') == 0))
        {
            top.AddMountPoint(RootPath.Resolve(view, mount.Destination), isDirectory: true);
        }

        foreach (PreparedMount mount in more)
        {
            RootPath target = RootPath.Resolve(view, mount.Target);
            if (!covered.Exists(c => target.Absolute.StartsWith(c, StringComparison.Ordinal)))
            {
                top.AddMountPoint(target, mount.IsDirectory);
            }

            covered.Add(target.Absolute + "/");
            mounts.Add(mount.Mount with { Destination = target.Absolute });
        }

        top.Finish();
        Mount.Detach(view);
        OverlayMount.Attach(workspace, [workspace.Top, .. root.Lower], root.Upper, workspace.OverlayWork, userXattr, workspace.Root);
        return new RootMount(workspace, root, top.Stubs, mounts);
    }

    /// <summary>Opens a file as the container would see it before its mounts; null when it is not there.</summary>
    public Stream? TryOpen(string path)
    {
        RootPath resolved = RootPath.Resolve(Path, path);
        return resolved.Kind == FileKind.Regular ? File.OpenRead(resolved.Under(Path)) : null;
    }

    /// <summary>Makes a directory with its parents, owned by root, unless it is there; this is a change of the container's.</summary>
    public void EnsureDirectory(string path)
    {
        RootPath resolved = RootPath.Resolve(Path, path);
        bool isInMount = Mounts.Any(m => resolved.Absolute == m.Destination || resolved.Absolute.StartsWith(m.Destination + "/", StringComparison.Ordinal));
        if (!resolved.Exists && !isInMount)
        {
            Directory.CreateDirectory(resolved.Under(Path));
        }
    }

    /// <summary>Unmounts, and leaves in the upper directory only what the container changed.</summary>
    public void Detach()
    {
        Mount.Detach(Path);
        StubCleanup.Remove(_root.Upper, _stubs);
    }

    // The upper directory's own metadata are those of the container's "/".
    private static void CopyRootMetadata(RootFileSystem root)
    {
        DirectoryFixup? given = root.Fixups.FirstOrDefault(f => f.Path.Length == 0);
        if (given is null)
        {
            given = new DirectoryFixup("", Convert.ToInt32("755", 8), 0, 0, 0);
            if (root.Lower.Count > 0)
            {
                FileStatus status = FileStatus.Of(root.Lower[0]);
                given = new DirectoryFixup("", status.Permissions, status.Uid, status.Gid, status.ModifiedNanoseconds);
            }
        }

        TopLayer.Apply(root.Upper, given);
    }
}
