using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Foundation.Text;

namespace Slipway.Build.Operations;

/// <summary>Says why a source of COPY or ADD is not there: hidden by the ignore file, outside the context, or under another name.</summary>
internal static class MissingSource
{
    public static async Task<DiagnosticException> ErrorAsync(
        IFileTree tree, string pattern, string place, StepOrigin origin, CancellationToken cancellationToken)
    {
        string path = PathResolver.Clean(pattern);
        string message = $"'{pattern}' is not in {place}";
        if (tree is IBuildContext local)
        {
            if (local.IsHidden(path))
            {
                return origin.Error(
                    "ignored-source", $"'{pattern}' is in {local.Place}, but the ignore file leaves it out",
                    $"add the line !{path} to .dockerignore, or remove the pattern that matches it");
            }

            if (Leaves(pattern))
            {
                return origin.Error(
                    "outside-context", $"'{pattern}' lies outside the build context {local.Place}",
                    "give a folder that holds it as the context, with -f for the Dockerfile: slipway build -f FOLDER/Dockerfile ..");
            }

            if (await DanglingAsync(local, path, cancellationToken) is { } link)
            {
                string at = link.Path == path ? $"'{pattern}'" : $"'{link.Path}' on the way to '{pattern}'";
                return origin.Error(
                    "dangling-link", $"{at} is a symbolic link to '{link.LinkTarget}', which is not inside the build context",
                    "links are followed within the context only: copy the file itself into the context");
            }
        }

        return origin.Error("missing-source", message, await NearestAsync(tree, path, cancellationToken));
    }

    private static bool Leaves(string pattern)
    {
        int depth = 0;
        foreach (string name in pattern.Split('/'))
        {
            depth += name is "" or "." ? 0 : name == ".." ? -1 : 1;
            if (depth < 0)
            {
                return true;
            }
        }

        return false;
    }

    // The first link on the way that leads out of the context, or to nothing in it.
    private static async Task<FileNode?> DanglingAsync(IBuildContext tree, string path, CancellationToken cancellationToken)
    {
        string at = "";
        foreach (string name in path.Split('/'))
        {
            at = PathResolver.Join(at, name);
            FileNode? node = (await PathResolver.ResolveAsync(tree, at, followLast: false, cancellationToken)).Node;
            if (node?.LinkTarget is { } target && (Leaves(PathResolver.Join(PathResolver.Parent(node.Path), target)) || (await PathResolver.ResolveAsync(tree, at, followLast: true, cancellationToken)).Node is null))
            {
                return node with { Path = at };
            }
        }

        return null;
    }

    private static async Task<string?> NearestAsync(IFileTree tree, string path, CancellationToken cancellationToken)
    {
        string directory = PathResolver.Parent(path);
        ResolvedPath parent = await PathResolver.ResolveAsync(tree, directory, followLast: true, cancellationToken);
        if (parent.Node is null)
        {
            return directory.Length == 0 ? null : $"there is no directory '{directory}' either";
        }

        IReadOnlyList<FileNode> siblings = await tree.ListAsync(parent.Path, cancellationToken);
        string? near = Suggestion.Nearest(path[(path.LastIndexOf('/') + 1)..], siblings.Select(s => s.Name));
        return near is null
            ? $"the directory '{(directory.Length == 0 ? "." : directory)}' holds {Listed(siblings)}"
            : $"did you mean '{PathResolver.Join(directory, near)}'?";
    }

    private static string Listed(IReadOnlyList<FileNode> nodes) => nodes.Count switch
    {
        0 => "nothing",
        > 6 => string.Join(", ", nodes.Take(6).Select(n => n.Name)) + $" and {nodes.Count - 6} more",
        _ => string.Join(", ", nodes.Select(n => n.Name)),
    };
}
