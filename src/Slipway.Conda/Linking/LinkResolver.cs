using Slipway.Conda.Packages;
using Slipway.Foundation.Text;
using Slipway.Images.Layers;

namespace Slipway.Conda.Linking;

/// <summary>
/// Packages may hold a symbolic link where another one (or the same) has a directory, as <c>lib64</c> → <c>lib</c>. What lies below such a link goes where it leads, if that is inside the
/// environment; an archive whose link leads out and that then holds something below it wants to write there, and is refused.
/// </summary>
internal sealed class LinkResolver
{
    private const int MostLinks = 40;
    private readonly Dictionary<string, string> _links = new(StringComparer.Ordinal), _resolved = new(StringComparer.Ordinal);

    /// <summary>All links have to be known before the first path is asked for.</summary>
    internal void Add(string path, string target) => _links[path] = target;

    /// <summary>The path with all links above its last name followed.</summary>
    /// <exception cref="DiagnosticException">One of them leads out of the environment.</exception>
    internal string Resolve(string path, string package)
    {
        string parent = LayerPath.ParentOf(path);
        if (parent.Length == 0 || _links.Count == 0)
        {
            return path;
        }

        if (!_resolved.TryGetValue(parent, out string? resolved))
        {
            resolved = Follow(parent, path, package);
            _resolved[parent] = resolved;
        }

        return ReferenceEquals(resolved, parent) || resolved == parent ? path : LayerPath.Combine(resolved, LayerPath.NameOf(path));
    }

    private string Follow(string parent, string path, string package)
    {
        string resolved = "";
        int links = 0;
        var rest = new Stack<string>(parent.Split('/').Reverse());
        while (rest.TryPop(out string? part))
        {
            if (part == "..")
            {
                resolved = resolved.Length > 0 ? LayerPath.ParentOf(resolved) : throw Out(path, package);
                continue;
            }

            resolved = LayerPath.Combine(resolved, part);
            if (!_links.TryGetValue(resolved, out string? target))
            {
                continue;
            }

            if (target.StartsWith('/') || ++links > MostLinks)
            {
                throw Out(path, package);
            }

            resolved = LayerPath.ParentOf(resolved);
            foreach (string next in target.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(next => next != ".").Reverse())
            {
                rest.Push(next);
            }
        }

        return resolved;
    }

    private static DiagnosticException Out(string path, string package) =>
        PackageProblem.Hostile(package, $"holds '{path}', which a symbolic link leads out of the environment");
}
