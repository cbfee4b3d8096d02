using System.Text;
using System.Text.Json;
using System.Text.Json.Serialization.Metadata;
using Slipway.Conda.Linking;
using Slipway.Images.Layers;
using Slipway.Packages.Contents;

namespace Slipway.Conda.Packages;

/// <summary>Reads the files of <c>info/</c> into a <see cref="PackageInfo"/>.</summary>
/// <param name="package">The package's file name, for messages.</param>
/// <param name="files">The files that <see cref="IsWanted"/> asks for, by their names in <c>info/</c>.</param>
internal sealed class PackageInfoReader(string package, IReadOnlyDictionary<string, byte[]> files)
{
    internal const string Folder = "info/";

    /// <summary>What packages were built with before paths.json (CEP 34, <c>info/has_prefix</c>).</summary>
    private const string OldPlaceholder = "/opt/anaconda1anaconda2anaconda3";

    private const string Index = "index.json", PathsFile = "paths.json", Link = "link.json", Files = "files", HasPrefix = "has_prefix", NoLink = "no_link";
    private const int LongestPlaceholder = 4096;

    /// <summary>Whether a file of <c>info/</c> is needed; the others (recipes, tests, licences, run_exports) are passed over.</summary>
    internal static bool IsWanted(string name) => name is Index or PathsFile or Link or Files or HasPrefix or NoLink;

    /// <param name="members">The members of the package, which old metadata may leave to speak for themselves.</param>
    internal PackageInfo Read(IReadOnlyCollection<PackageMember> members)
    {
        IndexDocument index = Parse(Index, InfoJson.Default.IndexDocument) ?? throw PackageProblem.Damaged(package, $"has no {Folder}{Index}");
        LinkDocument? link = Parse(Link, InfoJson.Default.LinkDocument);
        bool isPython = (index.Noarch.ValueKind == JsonValueKind.String && index.Noarch.GetString() == "python") || link?.Noarch?.Type == "python";
        return new PackageInfo
        {
            Name = index.Name ?? throw Missing("name"),
            Version = index.Version ?? throw Missing("version"),
            Build = index.Build ?? throw Missing("build"),
            BuildNumber = index.BuildNumber,
            Subdir = index.Subdir,
            IsNoarchPython = isPython,
            PythonSitePackagesPath = index.PythonSitePackagesPath,
            EntryPoints = link?.Noarch?.EntryPoints ?? [],
            Paths = Distinct(Parse(PathsFile, InfoJson.Default.PathsDocument) is { } paths ? [.. (paths.Paths ?? []).Select(Read)] : ReadOld(members)),
        };
    }

    private PackagePath Read(PathDocument entry)
    {
        string path = Checked(entry.Path);
        bool isRelocated = entry.Placeholder is { Length: > 0 };
        if (entry.Placeholder?.Length > LongestPlaceholder)
        {
            throw PackageProblem.Damaged(package, $"has a prefix placeholder of {entry.Placeholder.Length} characters");
        }

        return new PackagePath(
            path,
            entry.PathType switch
            {
                null or "hardlink" or "softlink" => false,
                "directory" => true,
                _ => throw PackageProblem.Damaged(package, $"has the path '{path}' of the unknown type '{entry.PathType}'"),
            },
            !isRelocated ? null : Mode(entry.FileMode ?? "text", path),
            isRelocated ? entry.Placeholder : null,
            entry.NoLink ?? false,
            entry.Sha256,
            entry.Size);
    }

    // Packages of before 2016: three lists of paths.
    private List<PackagePath> ReadOld(IReadOnlyCollection<PackageMember> members)
    {
        HashSet<string> copies = [.. Lines(NoLink)];
        var relocated = new Dictionary<string, (string Placeholder, RelocationMode Mode)>(StringComparer.Ordinal);
        foreach (string line in Lines(HasPrefix))
        {
            string[] parts = Split(line);
            (string from, string mode, string target) = parts switch
            {
                [var path] => (OldPlaceholder, "text", path),
                [var placeholder, var kind, var path] => (placeholder, kind, path),
                _ => throw PackageProblem.Damaged(package, $"has a line in {Folder}{HasPrefix} that cannot be understood: '{line}'"),
            };
            relocated[target] = (from, Mode(mode, target));
        }

        IEnumerable<string> listed = files.ContainsKey(Files) ? Lines(Files) : members.Where(member => member.Kind != PackageMemberKind.Directory).Select(member => member.Path);
        return [.. listed.Select(path => relocated.TryGetValue(path, out (string Placeholder, RelocationMode Mode) found)
            ? new PackagePath(Checked(path), false, found.Mode, found.Placeholder, copies.Contains(path), null, null)
            : new PackagePath(Checked(path), false, null, null, copies.Contains(path), null, null))];
    }

    // Fields apart by blanks, in quotes where they hold blanks themselves.
    private static string[] Split(string line)
    {
        var parts = new List<string>();
        for (int at = 0; at < line.Length;)
        {
            if (line[at] is ' ' or '\t')
            {
                at++;
                continue;
            }

            bool quoted = line[at] is '"' or '\'';
            int end = quoted ? line.IndexOf(line[at], at + 1) : line.AsSpan(at).IndexOfAny(' ', '\t') is var length and >= 0 ? at + length : line.Length;
            end = end < 0 ? line.Length : end;
            parts.Add(line[(quoted ? at + 1 : at)..end]);
            at = quoted ? end + 1 : end;
        }

        return [.. parts];
    }

    private RelocationMode Mode(string mode, string path) => mode switch
    {
        "text" => RelocationMode.Text,
        "binary" => RelocationMode.Binary,
        _ => throw PackageProblem.Damaged(package, $"has the path '{path}' of the unknown mode '{mode}'"),
    };

    private string Checked(string? path) =>
        path is not { Length: > 0 } ? throw PackageProblem.Damaged(package, $"lists a path without a name in {Folder}{PathsFile}")
        : LayerPath.IsNormal(path) ? path
        : throw PackageProblem.Hostile(package, $"lists the path '{path}', which is not relative to the package");

    private IReadOnlyList<PackagePath> Distinct(IReadOnlyList<PackagePath> paths)
    {
        var seen = new HashSet<string>(StringComparer.Ordinal);
        foreach (PackagePath path in paths)
        {
            if (!seen.Add(path.Path))
            {
                throw PackageProblem.Damaged(package, $"lists the path '{path.Path}' twice");
            }
        }

        return paths;
    }

    private IEnumerable<string> Lines(string name) => !files.TryGetValue(name, out byte[]? bytes) ? []
        : Encoding.UTF8.GetString(bytes).Split('\n').Select(line => line.TrimEnd('\r')).Where(line => line.Length > 0);

    private T? Parse<T>(string name, JsonTypeInfo<T> type)
        where T : class
    {
        if (!files.TryGetValue(name, out byte[]? bytes))
        {
            return null;
        }

        try
        {
            ReadOnlySpan<byte> json = bytes;
            return JsonSerializer.Deserialize(json.StartsWith("\uFEFF"u8) ? json[3..] : json, type);
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            throw PackageProblem.Damaged(package, $"has a file {Folder}{name} that cannot be read: {e.Message}");
        }
    }

    private Foundation.Text.DiagnosticException Missing(string field) => PackageProblem.Damaged(package, $"has no '{field}' in {Folder}{Index}");
}
