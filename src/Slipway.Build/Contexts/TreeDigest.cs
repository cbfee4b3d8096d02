using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;

namespace Slipway.Build.Contexts;

/// <summary>One name for all that a tree holds.</summary>
public static class TreeDigest
{
    /// <summary>Names the tree: its paths, kinds, modes, link targets and contents.</summary>
    public static async Task<Digest> OfAsync(IFileTree tree, CancellationToken cancellationToken)
    {
        var key = new KeyBuilder();
        await AddAsync(key, tree, "", cancellationToken);
        return key.ToDigest();
    }

    private static async Task AddAsync(KeyBuilder key, IFileTree tree, string directory, CancellationToken cancellationToken)
    {
        foreach (FileNode node in await tree.ListAsync(directory, cancellationToken))
        {
            key.Add(node.Path, $"{node.Kind} {node.Mode} {node.LinkTarget} {node.HardLinkGroup} {(node.Kind == FileKind.Regular ? (await tree.DigestAsync(node, cancellationToken)).Hex : "")}");
            if (node.Kind == FileKind.Directory)
            {
                await AddAsync(key, tree, node.Path, cancellationToken);
            }
        }
    }
}
