using System.Formats.Tar;
using System.IO.Compression;
using System.Security.Cryptography;

namespace Slipway.EndToEnd.Tests.Differential;

/// <summary>
/// An image's final file system as a sorted list of lines, one a path: type, mode, owner, size, content, link. Made here from the layers' tars by
/// the rules of the OCI specification (layer.md), with the framework's own tar reader and none of the program's code.
/// </summary>
internal sealed class FileMap
{
    private const string Whiteout = ".wh.", Opaque = ".wh..wh..opq";
    private readonly SortedDictionary<string, Node> nodes = new(StringComparer.Ordinal);

    /// <param name="Text">All that is compared but the hard-link group.</param>
    /// <param name="Group">Equal for the names of one file.</param>
    private sealed record Node(string Text, string Group);

    /// <summary>Lays the next layer over what is there.</summary>
    public void Apply(Stream layer)
    {
        using var plain = Plain(layer);
        using var tar = new TarReader(plain);
        var added = new List<(string Path, Node Node)>();
        var inLayer = new Dictionary<string, Node>(StringComparer.Ordinal);
        while (tar.GetNextEntry() is { } entry)
        {
            var path = Clean(entry.Name);
            var name = path[(path.LastIndexOf('/') + 1)..];
            var folder = path.Length == name.Length ? "" : path[..^(name.Length + 1)];
            if (name == Opaque)
            {
                Remove(folder, itself: false);
            }
            else if (name.StartsWith(Whiteout, StringComparison.Ordinal))
            {
                Remove(folder.Length == 0 ? name[Whiteout.Length..] : $"{folder}/{name[Whiteout.Length..]}", itself: true);
            }
            else if (path.Length > 0)
            {
                var node = Describe(entry, path, inLayer);
                inLayer[path] = node;
                added.Add((path, node));
            }
        }

        foreach (var (path, node) in added)
        {
            if (!node.Text.StartsWith("Directory", StringComparison.Ordinal) || (nodes.TryGetValue(path, out var old) && !old.Text.StartsWith("Directory", StringComparison.Ordinal)))
            {
                Remove(path, itself: true);
            }

            nodes[path] = node;
        }
    }

    /// <summary>The lines; hard links are named by their group's first path.</summary>
    public IReadOnlyDictionary<string, string> Lines(Func<string, bool> isLeftOut)
    {
        var first = new Dictionary<string, string>(StringComparer.Ordinal);
        var count = nodes.Values.GroupBy(n => n.Group).ToDictionary(g => g.Key, g => g.Count());
        var lines = new SortedDictionary<string, string>(StringComparer.Ordinal);
        foreach (var (path, node) in nodes.Where(n => !isLeftOut(n.Key)))
        {
            first.TryAdd(node.Group, path);
            lines[path] = count[node.Group] > 1 ? $"{node.Text} linked with {first[node.Group]}" : node.Text;
        }

        return lines;
    }

    private static Node Describe(TarEntry entry, string path, Dictionary<string, Node> inLayer)
    {
        if (entry.EntryType == TarEntryType.HardLink)
        {
            return inLayer[Clean(entry.LinkName)];
        }

        var kind = entry.EntryType is TarEntryType.RegularFile or TarEntryType.V7RegularFile or TarEntryType.ContiguousFile ? "File" : entry.EntryType.ToString();
        var mode = entry.EntryType == TarEntryType.SymbolicLink ? "" : Convert.ToString((int)entry.Mode, 8);
        var text = $"{kind} {mode} {entry.Uid}:{entry.Gid}";
        if (kind == "File")
        {
            text += KnownDifferences.HasOwnContent(path) ? "" : $" {entry.Length} {(entry.DataStream is { } data ? Convert.ToHexStringLower(SHA256.HashData(data))[..16] : "empty")}";
        }
        else if (entry.EntryType == TarEntryType.SymbolicLink)
        {
            text += $" -> {entry.LinkName}";
        }

        if (entry is PaxTarEntry pax)
        {
            text += string.Concat(pax.ExtendedAttributes.Where(a => a.Key.StartsWith("SCHILY.xattr.", StringComparison.Ordinal)).OrderBy(a => a.Key, StringComparer.Ordinal).Select(a => $" {a.Key}={Convert.ToHexStringLower(System.Text.Encoding.UTF8.GetBytes(a.Value))}"));
        }

        return new Node(text, $"{path} {Guid.NewGuid()}");
    }

    private static string Clean(string name) => (name.StartsWith("./", StringComparison.Ordinal) ? name[2..] : name).Trim('/');

    private void Remove(string path, bool itself)
    {
        foreach (var below in nodes.Keys.Where(k => (itself && k == path) || path.Length == 0 || k.StartsWith(path + "/", StringComparison.Ordinal)).ToList())
        {
            nodes.Remove(below);
        }
    }

    private static Stream Plain(Stream layer)
    {
        Span<byte> magic = stackalloc byte[2];
        layer.ReadExactly(magic);
        layer.Position = 0;
        return magic is [0x1F, 0x8B] ? new GZipStream(layer, CompressionMode.Decompress) : layer;
    }
}
