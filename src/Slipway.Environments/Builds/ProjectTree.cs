using System.Text;
using Slipway.Build.Contexts;
using Slipway.Environments.Locking;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Images.Layers;
using Slipway.PyPi.Builds;

namespace Slipway.Environments.Builds;

/// <summary>A project's folder in a repository, with the rules of <see cref="SourceTree"/>: what does not count for a build is left out, and of a git repository its HEAD counts.</summary>
/// <param name="tree">The repository, less what its ignore file hides.</param>
/// <param name="folder">The folder; empty for the repository itself.</param>
internal sealed class ProjectTree(IFileTree tree, string folder)
{
    private const int OwnerMayExecute = 0x40;

    /// <summary>Names the project's files.</summary>
    public async Task<Digest> DigestAsync(CancellationToken cancellationToken)
    {
        List<FileNode> nodes = await NodesAsync(cancellationToken);
        FileNode[] counting = [.. nodes.Where(node => !LayerPath.IsWithin(Below(node), ".git"))];
        string[] texts = new string[counting.Length];
        await Parallel.ForAsync(0, counting.Length, cancellationToken, async (i, token) => texts[i] = counting[i] is { Kind: FileKind.SymbolicLink } link
            ? $"link {link.LinkTarget}" : $"file {(counting[i].Mode & OwnerMayExecute) != 0} {(await tree.DigestAsync(counting[i], token)).Hex}");
        var key = new KeyBuilder();
        foreach ((FileNode node, string text) in counting.Zip(texts))
        {
            key.Add(Below(node), text);
        }

        return key.Add("HEAD", await HeadAsync(nodes, cancellationToken)).ToDigest();
    }

    /// <summary>Copies the files to an empty folder.</summary>
    public async Task CopyAsync(string target, CancellationToken cancellationToken)
    {
        foreach (FileNode node in await NodesAsync(cancellationToken))
        {
            string copy = Path.Combine(target, Below(node));
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (node.Kind == FileKind.SymbolicLink)
            {
                File.CreateSymbolicLink(copy, node.LinkTarget!);
                continue;
            }

            await using Stream from = await tree.OpenAsync(node, cancellationToken);
            await using (FileStream to = File.Create(copy))
            {
                await from.CopyToAsync(to, cancellationToken);
            }

            File.SetUnixFileMode(copy, (UnixFileMode)((node.Mode & OwnerMayExecute) != 0 ? 0x1ED : 0x1A4));
        }
    }

    private string Below(FileNode node) => folder.Length == 0 ? node.Path : node.Path[(folder.Length + 1)..];

    // Files and links, in one order. The lock is no source: it is written while its project is locked.
    private async Task<List<FileNode>> NodesAsync(CancellationToken cancellationToken)
    {
        List<FileNode> found = [];
        await WalkAsync(folder, found, cancellationToken);
        found.RemoveAll(node => Below(node) == EnvironmentLock.FileName);
        found.Sort((a, b) => string.CompareOrdinal(a.Path, b.Path));
        return found;
    }

    private async Task WalkAsync(string directory, List<FileNode> found, CancellationToken cancellationToken)
    {
        IReadOnlyList<FileNode> nodes = await tree.ListAsync(directory, cancellationToken);
        if (directory != folder && nodes.Any(node => node.Name == "pyvenv.cfg"))
        {
            return;
        }

        foreach (FileNode node in nodes)
        {
            if (node.Kind == FileKind.Directory && !SourceTree.IsIgnored(node.Name))
            {
                await WalkAsync(node.Path, found, cancellationToken);
            }
            else if (node.Kind == FileKind.SymbolicLink || (node.Kind == FileKind.Regular && !node.Name.EndsWith(".pyc", StringComparison.Ordinal)))
            {
                found.Add(node);
            }
        }
    }

    private async Task<string?> HeadAsync(List<FileNode> nodes, CancellationToken cancellationToken)
    {
        if (nodes.FirstOrDefault(node => Below(node) == ".git/HEAD") is not { } head)
        {
            return null;
        }

        string text = await TextAsync(head, cancellationToken);
        FileNode? branch = text.StartsWith("ref: ", StringComparison.Ordinal) ? nodes.FirstOrDefault(node => Below(node) == ".git/" + text[5..]) : null;
        FileNode? packed = nodes.FirstOrDefault(node => Below(node) == ".git/packed-refs");
        return $"{text} {(branch is null ? "" : await TextAsync(branch, cancellationToken))} {(packed is null ? "" : (await tree.DigestAsync(packed, cancellationToken)).Hex)}";
    }

    private async Task<string> TextAsync(FileNode node, CancellationToken cancellationToken)
    {
        await using Stream stream = await tree.OpenAsync(node, cancellationToken);
        using var reader = new StreamReader(stream, Encoding.UTF8);
        char[] text = new char[4096]; // a reference is a line
        return new string(text, 0, await reader.ReadBlockAsync(text, cancellationToken)).Trim();
    }
}
