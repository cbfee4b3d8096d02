using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;

namespace Slipway.Build.Contexts;

/// <summary>A tree of one file: a heredoc or a download.</summary>
/// <param name="name">The file's name.</param>
/// <param name="mode">Its permission bits.</param>
/// <param name="size">Its size in bytes.</param>
/// <param name="digest">The digest of its content.</param>
/// <param name="open">Opens its content.</param>
public sealed class SingleFileTree(string name, int mode, long size, Digest digest, Func<Stream> open) : IFileTree
{
    private static readonly FileNode Root = new() { Path = "", Kind = FileKind.Directory, Mode = 0x1ED };

    private readonly FileNode _file = new() { Path = name, Kind = FileKind.Regular, Mode = mode, Size = size };

    public ValueTask<FileNode?> FindAsync(string path, CancellationToken cancellationToken) =>
        ValueTask.FromResult(path.Length == 0 ? Root : path == _file.Path ? _file : null);

    public ValueTask<IReadOnlyList<FileNode>> ListAsync(string directory, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<FileNode>>(directory.Length == 0 ? [_file] : []);

    public ValueTask<Digest> DigestAsync(FileNode file, CancellationToken cancellationToken) => ValueTask.FromResult(digest);

    public ValueTask<Stream> OpenAsync(FileNode file, CancellationToken cancellationToken) => ValueTask.FromResult(open());
}
