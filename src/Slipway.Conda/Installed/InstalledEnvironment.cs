using System.Text.Json;
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
        foreach (string record in Directory.EnumerateFiles(meta, "*.json"))
        {
            packages.Add(Path.GetFileNameWithoutExtension(record));
            owned.Add($"{MetaFolder}/{Path.GetFileName(record)}");
            owned.UnionWith(FilesOf(record));
        }

        string[] foreign = [.. Files(prefix).Select(path => Path.GetRelativePath(prefix, path)).Where(path => !owned.Contains(path) && !IsCompiled(path)).Order(StringComparer.Ordinal)];
        return new InstalledEnvironment(prefix, packages, foreign);
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

    private static IReadOnlyList<string> FilesOf(string record)
    {
        try
        {
            using JsonDocument document = JsonDocument.Parse(File.ReadAllBytes(record));
            return [.. document.RootElement.GetProperty("files").EnumerateArray().Select(file => file.GetString() ?? "")];
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException)
        {
            throw new DiagnosticException("bad-record", $"'{record}' is no record of a package: {e.Message}", "Make the environment anew in another folder.");
        }
    }
}
