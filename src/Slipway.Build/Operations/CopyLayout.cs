using Slipway.Build.Contexts;
using Slipway.Dockerfile;
using Slipway.Foundation.Linux;
using Slipway.Images.Layers;
using Slipway.Sandbox.Users;

namespace Slipway.Build.Operations;

/// <summary>
/// What a COPY, ADD or WORKDIR puts where: the entries of its layer, decided from names and metadata alone. The directories above
/// are listed with the metadata they have below, so that a tool which unpacks the layer by itself gives them the same.
/// </summary>
/// <param name="below">The file system that the layer lies on.</param>
/// <param name="owner">Owner of everything that is placed or made; null keeps the source's.</param>
/// <param name="mode">Applied to everything that is placed; null keeps the source's.</param>
internal sealed class CopyLayout(IFileTree below, Ownership? owner, ChmodSpec? mode)
{
    private const int NewDirectoryMode = 0x1ED; // 0755
    private readonly SortedDictionary<string, PlacedEntry> _entries = new(LayerPath.Order);

    /// <summary>The entries in the order of a layer; of several names of one file the first is the file, the others link to it.</summary>
    public IReadOnlyList<PlacedEntry> Finish()
    {
        Dictionary<(IFileTree, string), string> first = [];
        List<PlacedEntry> all = new(_entries.Count);
        foreach ((string path, PlacedEntry placed) in _entries)
        {
            if (placed.Source?.HardLinkGroup is { } group && !first.TryAdd((placed.Tree!, group), path))
            {
                LayerEntry link = placed.Entry with { Kind = LayerEntryKind.HardLink, LinkTarget = first[(placed.Tree!, group)], Size = 0, Xattrs = null };
                all.Add(new PlacedEntry(link, null, null));
            }
            else
            {
                all.Add(placed);
            }
        }

        return all;
    }

    /// <summary>Where a path leads to: through links of what lies below and of what was placed.</summary>
    public async Task<string> ResolveAsync(string path, CancellationToken cancellationToken) =>
        (await PathResolver.ResolveAsync(below, path, followLast: true, cancellationToken)).Path;

    /// <summary>Whether a directory is at the path, placed or below.</summary>
    public async Task<bool> IsDirectoryAsync(string path, CancellationToken cancellationToken) =>
        _entries.TryGetValue(path, out PlacedEntry? placed)
            ? placed.Entry.IsDirectory
            : (await below.FindAsync(path, cancellationToken))?.Kind == FileKind.Directory;

    /// <summary>Makes sure that a directory is there, and its parents; what is missing is made with mode 0755.</summary>
    /// <exception cref="IOException">Something else is in the way.</exception>
    public async Task EnsureDirectoryAsync(string path, CancellationToken cancellationToken)
    {
        if (path.Length == 0 || (_entries.TryGetValue(path, out PlacedEntry? placed) && placed.Entry.IsDirectory))
        {
            return;
        }

        await EnsureDirectoryAsync(PathResolver.Parent(path), cancellationToken);
        FileNode? existing = placed is null ? await below.FindAsync(path, cancellationToken) : null;
        if (placed is not null || existing is { Kind: not FileKind.Directory })
        {
            throw new IOException($"/{path} is not a directory");
        }

        _entries[path] = new PlacedEntry(existing is not null ? Entry(path, existing) : new LayerEntry
        {
            Path = path,
            Kind = LayerEntryKind.Directory,
            Mode = NewDirectoryMode,
            Uid = owner?.Uid ?? 0,
            Gid = owner?.Gid ?? 0,
        }, null, null);
    }

    /// <summary>Places one file, link or device.</summary>
    /// <exception cref="IOException">A directory is in the way.</exception>
    public async Task PlaceAsync(IFileTree tree, FileNode node, string path, CancellationToken cancellationToken)
    {
        await EnsureDirectoryAsync(PathResolver.Parent(path), cancellationToken);
        if (await IsDirectoryAsync(path, cancellationToken))
        {
            throw new IOException($"cannot put {node.Name} over the directory /{path}");
        }

        _entries[path] = new PlacedEntry(Owned(Entry(path, node)), node, tree);
    }

    /// <summary>Places a directory itself: its own metadata, not what it holds.</summary>
    public async Task PlaceDirectoryAsync(FileNode node, string path, CancellationToken cancellationToken)
    {
        await EnsureDirectoryAsync(path, cancellationToken);
        if (path.Length > 0)
        {
            _entries[path] = new PlacedEntry(Owned(Entry(path, node)), null, null);
        }
    }

    /// <summary>
    /// Places everything in a directory. A link below that stands where a directory is to go is followed, so that <c>/lib</c> stays a link.
    /// </summary>
    /// <param name="tree">Where the directory is.</param>
    /// <param name="directory">Its path there.</param>
    /// <param name="path">Where its content goes.</param>
    /// <param name="isExcluded">Says of a path relative to the directory that it is left out.</param>
    /// <param name="cancellationToken">Ends the work.</param>
    public Task PlaceContentAsync(
        IFileTree tree, string directory, string path, Func<string, bool> isExcluded, CancellationToken cancellationToken) =>
        PlaceContentAsync(tree, directory, path, "", isExcluded, cancellationToken);

    private async Task PlaceContentAsync(
        IFileTree tree, string directory, string path, string relative, Func<string, bool> isExcluded, CancellationToken cancellationToken)
    {
        foreach (FileNode node in await tree.ListAsync(directory, cancellationToken))
        {
            string inner = PathResolver.Join(relative, node.Name);
            string target = PathResolver.Join(path, node.Name);
            if (node.Kind == FileKind.Directory)
            {
                if (!isExcluded(inner))
                {
                    target = await ResolveAsync(target, cancellationToken);
                    await PlaceDirectoryAsync(node, target, cancellationToken);
                }

                await PlaceContentAsync(tree, node.Path, target, inner, isExcluded, cancellationToken);
            }
            else if (!isExcluded(inner))
            {
                await PlaceAsync(tree, node, target, cancellationToken);
            }
        }
    }

    private LayerEntry Owned(LayerEntry entry) => entry with
    {
        Uid = owner?.Uid ?? entry.Uid,
        Gid = owner?.Gid ?? entry.Gid,
        Mode = mode is null || entry.Kind == LayerEntryKind.SymbolicLink ? entry.Mode : mode.Apply(entry.Mode, entry.IsDirectory),
    };

    private static LayerEntry Entry(string path, FileNode node) => new()
    {
        Path = path,
        Kind = node.Kind switch
        {
            FileKind.Directory => LayerEntryKind.Directory,
            FileKind.SymbolicLink => LayerEntryKind.SymbolicLink,
            FileKind.CharacterDevice => LayerEntryKind.CharacterDevice,
            FileKind.BlockDevice => LayerEntryKind.BlockDevice,
            FileKind.Fifo => LayerEntryKind.Fifo,
            _ => LayerEntryKind.File,
        },
        Mode = node.Mode,
        Uid = node.Uid,
        Gid = node.Gid,
        Size = node.Size,
        LinkTarget = node.LinkTarget,
        DeviceMajor = node.DeviceMajor,
        DeviceMinor = node.DeviceMinor,
        Xattrs = node.Xattrs.Count > 0 ? node.Xattrs : null,
    };
}

/// <summary>One entry of a layer to be, and where a file's bytes come from.</summary>
internal sealed record PlacedEntry(LayerEntry Entry, FileNode? Source, IFileTree? Tree)
{
    public bool HasContent => Entry.Kind == LayerEntryKind.File && Source is not null;
}
