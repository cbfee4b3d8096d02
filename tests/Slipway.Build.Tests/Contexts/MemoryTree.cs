using System.Text;
using Slipway.Build.Contexts;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;

namespace Slipway.Build.Tests.Contexts;

/// <summary>A tree in memory. Written as paths: <c>a/b/</c> is a directory, <c>a -> b</c> a link, anything else a file that holds its own path.</summary>
internal sealed class MemoryTree : IFileTree
{
    private readonly SortedDictionary<string, FileNode> _nodes = new(StringComparer.Ordinal)
    {
        [""] = new FileNode { Path = "", Kind = FileKind.Directory, Mode = 0x1ED },
    };

    public MemoryTree(params IEnumerable<string> paths)
    {
        foreach (string path in paths)
        {
            string[] link = path.Split(" -> ");
            Add(link.Length == 2 ? new FileNode { Path = link[0], Kind = FileKind.SymbolicLink, Mode = 0x1FF, LinkTarget = link[1] }
                : path.EndsWith('/') ? new FileNode { Path = path[..^1], Kind = FileKind.Directory, Mode = 0x1ED }
                : new FileNode { Path = path, Kind = FileKind.Regular, Mode = 0x1A4, Size = path.Length });
        }
    }

    public IEnumerable<FileNode> Nodes => _nodes.Values;

    public MemoryTree Add(FileNode node)
    {
        for (string parent = PathResolver.Parent(node.Path); !_nodes.ContainsKey(parent); parent = PathResolver.Parent(parent))
        {
            _nodes[parent] = new FileNode { Path = parent, Kind = FileKind.Directory, Mode = 0x1ED };
        }

        _nodes[node.Path] = node;
        return this;
    }

    public ValueTask<FileNode?> FindAsync(string path, CancellationToken cancellationToken) =>
        ValueTask.FromResult(_nodes.GetValueOrDefault(path));

    public ValueTask<IReadOnlyList<FileNode>> ListAsync(string directory, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<FileNode>>([.. _nodes.Values.Where(n => n.Path.Length > 0 && PathResolver.Parent(n.Path) == directory)]);

    public ValueTask<Digest> DigestAsync(FileNode file, CancellationToken cancellationToken) => ValueTask.FromResult(Digest.Of(file.Path));

    public ValueTask<Stream> OpenAsync(FileNode file, CancellationToken cancellationToken) =>
        ValueTask.FromResult<Stream>(new MemoryStream(Encoding.UTF8.GetBytes(file.Path)));
}
