using Slipway.Foundation.Linux;

namespace Slipway.Build.Contexts;

/// <summary>Walks paths in a tree as the kernel would below a chroot: links are followed, nothing leaves the root.</summary>
public static class PathResolver
{
    /// <summary>As many links as the kernel follows in one path (path_resolution(7)).</summary>
    private const int MaximumLinks = 40;

    /// <summary>
    /// Resolves a path. Missing names are kept as they are, so that the result also says where something new would go.
    /// </summary>
    /// <param name="tree">The tree.</param>
    /// <param name="path">Any path; <c>..</c> stops at the root.</param>
    /// <param name="followLast">Whether a link in the last place is followed.</param>
    /// <param name="cancellationToken">Ends the walk.</param>
    /// <exception cref="IOException">Too many links.</exception>
    public static async ValueTask<ResolvedPath> ResolveAsync(
        IFileTree tree, string path, bool followLast, CancellationToken cancellationToken)
    {
        var pending = new Stack<string>(path.Split('/').Reverse());
        string at = "";
        FileNode? node = await tree.FindAsync("", cancellationToken);
        int links = 0;
        while (pending.TryPop(out string? name))
        {
            if (name is "" or ".")
            {
                continue;
            }

            if (name == "..")
            {
                at = Parent(at);
                node = await tree.FindAsync(at, cancellationToken);
                continue;
            }

            string next = Join(at, name);
            FileNode? found = node?.Kind == FileKind.Directory ? await tree.FindAsync(next, cancellationToken) : null;
            bool last = pending.All(p => p is "" or ".");
            if (found?.Kind == FileKind.SymbolicLink && (!last || followLast))
            {
                if (++links > MaximumLinks)
                {
                    throw new IOException($"too many symbolic links in '{path}'");
                }

                string target = found.LinkTarget!;
                if (target.StartsWith('/'))
                {
                    at = "";
                }

                node = await tree.FindAsync(at, cancellationToken);
                foreach (string part in target.Split('/').Reverse())
                {
                    pending.Push(part);
                }

                continue;
            }

            (at, node) = (next, found);
        }

        return new ResolvedPath(at, node);
    }

    public static string Join(string directory, string name) =>
        directory.Length == 0 ? name : name.Length == 0 ? directory : $"{directory}/{name}";

    /// <summary>The path without its last name; the root's parent is the root.</summary>
    public static string Parent(string path) => path.LastIndexOf('/') is var slash and >= 0 ? path[..slash] : "";

    /// <summary>Removes empty names, <c>.</c> and <c>..</c>; <c>..</c> stops at the root. No link is looked at.</summary>
    public static string Clean(string path)
    {
        List<string> names = [];
        foreach (string name in path.Split('/'))
        {
            if (name == "..")
            {
                if (names.Count > 0)
                {
                    names.RemoveAt(names.Count - 1);
                }
            }
            else if (name is not ("" or "."))
            {
                names.Add(name);
            }
        }

        return string.Join('/', names);
    }
}

/// <summary>Where a path led, and what is there (null when nothing is).</summary>
public readonly record struct ResolvedPath(string Path, FileNode? Node);
