using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;

namespace Slipway.Build.Contexts;

/// <summary>A tree with nothing but its root: what COPY --link lies on.</summary>
public sealed class EmptyTree : IFileTree
{
    private static readonly FileNode Root = new() { Path = "", Kind = FileKind.Directory, Mode = 0x1ED };

    public static EmptyTree Instance { get; } = new();

    public ValueTask<FileNode?> FindAsync(string path, CancellationToken cancellationToken) =>
        ValueTask.FromResult(path.Length == 0 ? Root : null);

    public ValueTask<IReadOnlyList<FileNode>> ListAsync(string directory, CancellationToken cancellationToken) =>
        ValueTask.FromResult<IReadOnlyList<FileNode>>([]);

    public ValueTask<Digest> DigestAsync(FileNode file, CancellationToken cancellationToken) => throw new FileNotFoundException(null, file.Path);

    public ValueTask<Stream> OpenAsync(FileNode file, CancellationToken cancellationToken) => throw new FileNotFoundException(null, file.Path);
}
