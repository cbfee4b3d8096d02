namespace Slipway.Images.Layers;

/// <summary>Paths inside layers: relative, <c>/</c> between components, the root is the empty text.</summary>
public static class LayerPath
{
    /// <summary>The order of entries in a layer: a directory directly before what lies in it, names compared by code unit.</summary>
    public static IComparer<string> Order { get; } = Comparer<string>.Create(Compare);

    /// <summary>Compares component by component, which is comparing characters with <c>/</c> below all others.</summary>
    public static int Compare(string a, string b)
    {
        int common = a.AsSpan().CommonPrefixLength(b);
        if (common == a.Length || common == b.Length)
        {
            return a.Length.CompareTo(b.Length);
        }

        char x = a[common], y = b[common];
        return x == '/' ? -1 : y == '/' ? 1 : x.CompareTo(y);
    }

    /// <summary>The directory that holds the path; the root's is the root.</summary>
    public static string ParentOf(string path)
    {
        int slash = path.LastIndexOf('/');
        return slash < 0 ? "" : path[..slash];
    }

    public static string NameOf(string path) => path[(path.LastIndexOf('/') + 1)..];

    public static string Combine(string directory, string name) =>
        directory.Length == 0 ? name : name.Length == 0 ? directory : $"{directory}/{name}";

    /// <summary>Whether the path is the directory itself or lies below it.</summary>
    public static bool IsWithin(string path, string directory) =>
        directory.Length == 0
        || (path.StartsWith(directory, StringComparison.Ordinal) && (path.Length == directory.Length || path[directory.Length] == '/'));

    /// <summary>Whether the path is in the form of layers: no empty component, no <c>.</c> or <c>..</c>, no zero character.</summary>
    public static bool IsNormal(ReadOnlySpan<char> path)
    {
        if (path.Length == 0)
        {
            return true;
        }

        if (path.Contains('\0'))
        {
            return false;
        }

        foreach (Range part in path.Split('/'))
        {
            if (path[part] is "" or "." or "..")
            {
                return false;
            }
        }

        return true;
    }

    /// <summary>
    /// Makes a path of a layer out of one that a person or a config wrote: <c>/a//b/./c/</c> is <c>a/b/c</c>; <c>..</c> goes up, not above the root.
    /// </summary>
    public static string Normalize(string path)
    {
        var parts = new List<string>();
        foreach (string part in path.Split('/'))
        {
            if (part == "..")
            {
                if (parts.Count > 0)
                {
                    parts.RemoveAt(parts.Count - 1);
                }
            }
            else if (part.Length > 0 && part != ".")
            {
                parts.Add(part);
            }
        }

        return string.Join('/', parts);
    }
}
