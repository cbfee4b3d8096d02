using System.Security.Cryptography;
using System.Text;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;
using Slipway.Images.Layers;

namespace Slipway.PyPi.Builds;

/// <summary>
/// A project's folder on this machine: its digest, which says whether it must be built again, and a copy of it to build in, because backends write beside their sources. Left out is what building
/// does not need and what changes by itself: compiled modules, virtual environments, caches. Of a git repository the digest takes where its HEAD is, because versions come from there.
/// </summary>
public static class SourceTree
{
    private const int OwnerMayExecute = 0x40;

    private static readonly string[] s_ignored = ["__pycache__", ".tox", ".nox", ".mypy_cache", ".pytest_cache", ".ruff_cache", "node_modules"];

    /// <summary>The digest of all files below a folder: their paths, bytes, and whether they may be executed. Modification times say nothing.</summary>
    public static Digest DigestOf(string folder, CancellationToken cancellationToken)
    {
        var key = new KeyBuilder();
        foreach (string path in Paths(folder).Where(path => !LayerPath.IsWithin(path, ".git")))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string full = Path.Combine(folder, path);
            FileStatus status = FileStatus.Of(full);
            key.Add(path, status.Kind == FileKind.SymbolicLink ? "link " + new FileInfo(full).LinkTarget : $"file {(status.Permissions & OwnerMayExecute) != 0} {HashOf(full)}");
        }

        return key.Add("HEAD", HeadOf(folder)).ToDigest();
    }

    /// <summary>Whether a folder of this name holds nothing that a build needs.</summary>
    public static bool IsIgnored(string name) => s_ignored.Contains(name);

    /// <summary>Copies the files to an empty folder.</summary>
    public static void Copy(string folder, string target, CancellationToken cancellationToken)
    {
        foreach (string path in Paths(folder))
        {
            cancellationToken.ThrowIfCancellationRequested();
            string source = Path.Combine(folder, path), copy = Path.Combine(target, path);
            Directory.CreateDirectory(Path.GetDirectoryName(copy)!);
            if (new FileInfo(source).LinkTarget is { } link)
            {
                File.CreateSymbolicLink(copy, link);
            }
            else
            {
                File.Copy(source, copy);
            }
        }
    }

    // Files and links, in one order; what is neither, such as a socket, is no source.
    private static List<string> Paths(string folder)
    {
        var found = new List<string>();
        Walk(new DirectoryInfo(folder), "", found);
        found.Sort(StringComparer.Ordinal);
        return found;
    }

    private static void Walk(DirectoryInfo folder, string path, List<string> found)
    {
        foreach (FileSystemInfo item in folder.EnumerateFileSystemInfos())
        {
            string below = LayerPath.Combine(path, item.Name);
            if (item.LinkTarget is null && item is DirectoryInfo inner)
            {
                if (!IsIgnored(item.Name) && !File.Exists(Path.Combine(item.FullName, "pyvenv.cfg")))
                {
                    Walk(inner, below, found);
                }
            }
            else if (item.LinkTarget is not null || (FileStatus.Of(item.FullName).Kind == FileKind.Regular && !item.Name.EndsWith(".pyc", StringComparison.Ordinal)))
            {
                found.Add(below);
            }
        }
    }

    private static string HashOf(string path)
    {
        using FileStream file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }

    private static string? HeadOf(string folder)
    {
        string head = Path.Combine(folder, ".git", "HEAD");
        if (!File.Exists(head))
        {
            return null;
        }

        string text = File.ReadAllText(head, Encoding.UTF8).Trim(), packed = Path.Combine(folder, ".git", "packed-refs");
        string? branch = text.StartsWith("ref: refs/", StringComparison.Ordinal) && LayerPath.IsNormal(text.AsSpan(5)) ? Path.Combine(folder, ".git", text[5..]) : null;
        return $"{text} {(branch is not null && File.Exists(branch) ? File.ReadAllText(branch).Trim() : "")} {(File.Exists(packed) ? HashOf(packed) : "")}";
    }
}
