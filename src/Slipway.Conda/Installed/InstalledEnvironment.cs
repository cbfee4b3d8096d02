using System.Text.Json;
using Slipway.Conda.Records;
using Slipway.Conda.Versions;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Installed;

/// <summary>An environment that is in a folder of this machine, as its <c>conda-meta/</c> describes it (CEP 32).</summary>
/// <param name="Prefix">Its folder.</param>
/// <param name="Packages">The distributions, as <c>numpy-1.26.4-py311h64a7726_0</c>.</param>
/// <param name="Foreign">
/// The files, relative to the folder, that came from no package: the user's, or another installer's. Modules that Python compiled for itself are not among them.
/// </param>
public sealed record InstalledEnvironment(string Prefix, IReadOnlySet<string> Packages, IReadOnlyList<string> Foreign)
{
    /// <summary>What is known of the packages; those whose record has no version that can be read are left out.</summary>
    public IReadOnlyList<PackageRecord> Records { get; init; } = [];

    /// <summary>The files, relative to the folder, that came from packages, with the package of each.</summary>
    public IReadOnlyDictionary<string, string> Owners { get; init; } = new Dictionary<string, string>();

    private const string MetaFolder = "conda-meta";

    // What conda and this program write besides packages; "pinned" is the user's.
    private static readonly string[] s_own = ["conda-meta/history", "conda-meta/state", "conda-meta/frozen", ".messages.txt"];

    private static readonly EnumerationOptions s_flat = new() { AttributesToSkip = 0 };

    /// <summary>Reads it.</summary>
    /// <exception cref="DiagnosticException">There is no environment, or its records cannot be read.</exception>
    public static InstalledEnvironment Read(string prefix)
    {
        string meta = Path.Combine(prefix, MetaFolder);
        if (!File.Exists(Path.Combine(meta, "history")))
        {
            throw new DiagnosticException("no-environment", $"'{prefix}' is no conda environment: it has no {MetaFolder}/history.", "Name the folder of an environment, or one that is empty or not there.");
        }

        var owned = new HashSet<string>(s_own, StringComparer.Ordinal);
        var packages = new HashSet<string>(StringComparer.Ordinal);
        var owners = new Dictionary<string, string>(StringComparer.Ordinal);
        List<PackageRecord> records = [];
        foreach (string file in Directory.EnumerateFiles(meta, "*.json").Order(StringComparer.Ordinal))
        {
            packages.Add(Path.GetFileNameWithoutExtension(file));
            owned.Add($"{MetaFolder}/{Path.GetFileName(file)}");
            (PackageRecord? record, IReadOnlyList<string> files) = Read(file, Path.GetFileNameWithoutExtension(file));
            records.AddRange(record is null ? [] : [record]);
            foreach (string path in files)
            {
                owners[path] = record is null ? Path.GetFileNameWithoutExtension(file) : $"{record.Name} {record.Version} (conda)";
            }
        }

        owned.UnionWith(owners.Keys);

        string[] foreign = [.. Files(prefix).Select(path => Path.GetRelativePath(prefix, path)).Where(path => !owned.Contains(path) && !IsCompiled(path)).Order(StringComparer.Ordinal)];
        return new InstalledEnvironment(prefix, packages, foreign) { Records = records, Owners = owners };
    }

    // Links to folders are files here: nothing is looked for behind them.
    private static IEnumerable<string> Files(string folder)
    {
        var open = new Stack<string>([folder]);
        while (open.TryPop(out string? next))
        {
            foreach (FileSystemInfo entry in new DirectoryInfo(next).EnumerateFileSystemInfos("*", s_flat))
            {
                if (entry is DirectoryInfo && entry.LinkTarget is null)
                {
                    open.Push(entry.FullName);
                }
                else
                {
                    yield return entry.FullName;
                }
            }
        }
    }

    private static bool IsCompiled(string path) => path.EndsWith(".pyc", StringComparison.Ordinal) && Path.GetFileName(Path.GetDirectoryName(path)) == "__pycache__";

    private static (PackageRecord? Record, IReadOnlyList<string> Files) Read(string path, string dist)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(path));
            JsonElement root = document.RootElement;
            string[] files = [.. root.GetProperty("files").EnumerateArray().Select(file => file.GetString() ?? "")];
            string? name = Text(root, "name");
            return name is null || !CondaVersion.TryParse(Text(root, "version") ?? "", out CondaVersion? version, out _) ? (null, files) : (new PackageRecord
            {
                Name = name,
                Version = version,
                Build = Text(root, "build") ?? "",
                FileName = dist,
                NoArch = Text(root, "noarch") == "python" ? NoArchKind.Python : NoArchKind.None,
                Depends = Texts(root, "depends"),
                Purls = Texts(root, "purls"),
                PythonSitePackagesPath = Text(root, "python_site_packages_path"),
            }, files);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new DiagnosticException("bad-record", $"'{path}' is no record of a package: {e.Message}", "Make the environment anew in another folder.");
        }
    }

    private static string? Text(JsonElement root, string key) => root.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static string[] Texts(JsonElement root, string key) => root.TryGetProperty(key, out JsonElement value) && value.ValueKind == JsonValueKind.Array
        ? [.. value.EnumerateArray().Where(v => v.ValueKind == JsonValueKind.String).Select(v => v.GetString()!)] : [];
}
