using Slipway.Build.Contexts;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.PyPi.Files;

namespace Slipway.Environments.Recipes;

/// <summary>A repository's files for the readers of Python's files. Nothing outside of the repository is read, wherever a path or link leads.</summary>
/// <param name="tree">The repository; its files are at hand, so that asking for them does not wait.</param>
public sealed class TreeFiles(IFileTree tree) : IProjectFiles
{
    /// <inheritdoc/>
    public byte[]? Read(string path)
    {
        if (Find(path) is not { Kind: FileKind.Regular } node)
        {
            return null;
        }

        if (node.Size > FolderFiles.MaxSize)
        {
            throw new DiagnosticException("too-large", $"{path} has more than {FolderFiles.MaxSize >> 20} MiB and is not read", "a file that describes a project is smaller");
        }

        using Stream stream = tree.OpenAsync(node, CancellationToken.None).AsTask().GetAwaiter().GetResult();
        using var content = new MemoryStream();
        stream.CopyTo(content);
        return content.ToArray();
    }

    /// <inheritdoc/>
    public Stream? Open(string path) => Find(path) is { Kind: FileKind.Regular } node ? tree.OpenAsync(node, CancellationToken.None).AsTask().GetAwaiter().GetResult() : null;

    /// <inheritdoc/>
    public bool IsFile(string path) => Find(path) is { Kind: FileKind.Regular };

    /// <inheritdoc/>
    public bool IsFolder(string path) => Find(path) is { Kind: FileKind.Directory };

    private FileNode? Find(string path) => path.StartsWith('/') || path.StartsWith("..", StringComparison.Ordinal)
        ? throw new DiagnosticException("outside-project", $"{path} is outside of the repository, which is all that may be read", "put the file into the repository")
        : PathResolver.ResolveAsync(tree, path, followLast: true, CancellationToken.None).AsTask().GetAwaiter().GetResult().Node;
}
