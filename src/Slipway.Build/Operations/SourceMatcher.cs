using Slipway.Build.Contexts;
using Slipway.Dockerfile;
using Slipway.Foundation.Linux;

namespace Slipway.Build.Operations;

/// <summary>Finds what a source of COPY or ADD names: a path, or a Go wildcard, component by component.</summary>
internal static class SourceMatcher
{
    /// <summary>
    /// The nodes that the pattern names, in order. The last link of a path is followed, as are links on the way; nothing leaves the tree.
    /// </summary>
    /// <param name="tree">Where to look.</param>
    /// <param name="pattern">A path or wildcard from the tree's root; <c>..</c> stops at the root.</param>
    /// <param name="anyDepth">Whether <c>**</c> stands for any number of directories (only with --parents).</param>
    /// <param name="cancellationToken">Ends the search.</param>
    public static async Task<IReadOnlyList<SourceMatch>> MatchAsync(
        IFileTree tree, string pattern, bool anyDepth, CancellationToken cancellationToken)
    {
        if (!GoPathMatch.HasWildcards(pattern))
        {
            return await FollowAsync(tree, PathResolver.Clean(pattern), cancellationToken) is { } single ? [single] : [];
        }

        List<string> found = [""];
        foreach (string component in PathResolver.Clean(pattern).Split('/'))
        {
            List<string> next = [];
            foreach (string directory in found)
            {
                next.AddRange(await StepAsync(tree, directory, component, anyDepth, cancellationToken));
            }

            found = next;
        }

        List<SourceMatch> matches = [];
        foreach (string path in found.Distinct().Order(StringComparer.Ordinal))
        {
            if (await FollowAsync(tree, path, cancellationToken) is { } match)
            {
                matches.Add(match);
            }
        }

        return matches;
    }

    private static async Task<IEnumerable<string>> StepAsync(
        IFileTree tree, string directory, string component, bool anyDepth, CancellationToken cancellationToken)
    {
        if (anyDepth && component == "**")
        {
            return await DirectoriesAsync(tree, directory, cancellationToken);
        }

        if (!GoPathMatch.HasWildcards(component))
        {
            return [PathResolver.Join(directory, component)];
        }

        ResolvedPath real = await PathResolver.ResolveAsync(tree, directory, followLast: true, cancellationToken);
        IReadOnlyList<FileNode> children = await tree.ListAsync(real.Path, cancellationToken);
        return children.Where(c => GoPathMatch.IsMatch(component, c.Name)).Select(c => PathResolver.Join(directory, c.Name));
    }

    private static async Task<List<string>> DirectoriesAsync(IFileTree tree, string directory, CancellationToken cancellationToken)
    {
        List<string> all = [directory];
        for (int i = 0; i < all.Count; i++)
        {
            IReadOnlyList<FileNode> children = await tree.ListAsync(all[i], cancellationToken);
            all.AddRange(children.Where(c => c.Kind == FileKind.Directory).Select(c => c.Path));
        }

        return all;
    }

    private static async Task<SourceMatch?> FollowAsync(IFileTree tree, string path, CancellationToken cancellationToken)
    {
        ResolvedPath real = await PathResolver.ResolveAsync(tree, path, followLast: true, cancellationToken);
        return real.Node is { } node ? new SourceMatch(path, node) : null;
    }
}

/// <summary>One thing a source names.</summary>
/// <param name="Path">The path as it was asked for; its last name is the name of the copy.</param>
/// <param name="Node">What is there, links followed.</param>
internal sealed record SourceMatch(string Path, FileNode Node)
{
    public string Name => Path[(Path.LastIndexOf('/') + 1)..];
}
