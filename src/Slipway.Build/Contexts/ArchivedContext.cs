using Slipway.Dockerfile;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;

namespace Slipway.Build.Contexts;

/// <summary>
/// A context that came as an archive or a repository: its files lie in a layer of the store, and nothing is unpacked. Digests of its files are kept with that layer,
/// so a second build from the same bytes hashes nothing.
/// </summary>
public sealed class ArchivedContext : IBuildContext
{
    private readonly SnapshotTree _tree;
    private readonly string _root;

    /// <param name="tree">The files.</param>
    /// <param name="root">The directory that is the context, normal and without links; empty for all.</param>
    /// <param name="ignore">What is hidden; null hides nothing.</param>
    /// <param name="place">What messages call it.</param>
    public ArchivedContext(SnapshotTree tree, string root, IgnoreMatcher? ignore, string place) =>
        (_tree, _root, Ignore, Place) = (tree, root, ignore, place);

    public string Place { get; }

    public IgnoreMatcher? Ignore { get; }

    public bool IsHidden(string path) => _tree.Snapshot.Lookup(PathResolver.Join(_root, path)) is not null && Ignore?.Matches(path) == true;

    /// <summary>Nothing to do: the store keeps the digests.</summary>
    public void SaveStats()
    {
    }

    public async ValueTask<FileNode?> FindAsync(string path, CancellationToken cancellationToken)
    {
        if (path.Length == 0)
        {
            return new FileNode { Path = "", Kind = FileKind.Directory, Mode = 0x1ED };
        }

        return await _tree.FindAsync(PathResolver.Join(_root, path), cancellationToken) is { } node && await IsVisibleAsync(node, path, cancellationToken)
            ? Shown(node, path) : null;
    }

    public async ValueTask<IReadOnlyList<FileNode>> ListAsync(string directory, CancellationToken cancellationToken)
    {
        List<FileNode> shown = [];
        foreach (FileNode node in await _tree.ListAsync(PathResolver.Join(_root, directory), cancellationToken))
        {
            string path = PathResolver.Join(directory, node.Name);
            if (await IsVisibleAsync(node, path, cancellationToken))
            {
                shown.Add(Shown(node, path));
            }
        }

        return shown;
    }

    public ValueTask<Digest> DigestAsync(FileNode file, CancellationToken cancellationToken) => _tree.DigestAsync(Inner(file), cancellationToken);

    public ValueTask<Stream> OpenAsync(FileNode file, CancellationToken cancellationToken) => _tree.OpenAsync(Inner(file), cancellationToken);

    // A hidden directory is there all the same when a "!" pattern brings back something below it.
    private async ValueTask<bool> IsVisibleAsync(FileNode node, string path, CancellationToken cancellationToken) =>
        Ignore is null || !Ignore.Matches(path)
        || (node.Kind == FileKind.Directory && Ignore.HasExceptions && !Ignore.CanPrune(path) && (await ListAsync(path, cancellationToken)).Count > 0);

    private static FileNode Shown(FileNode node, string path) => new()
    {
        Path = path,
        Kind = node.Kind,
        Mode = node.Kind == FileKind.SymbolicLink ? 0x1FF : node.Mode,
        Size = node.Size,
        LinkTarget = node.LinkTarget,
        DeviceMajor = node.DeviceMajor,
        DeviceMinor = node.DeviceMinor,
        HardLinkGroup = node.HardLinkGroup,
    };

    private FileNode Inner(FileNode file) => file with { Path = PathResolver.Join(_root, file.Path) };
}
