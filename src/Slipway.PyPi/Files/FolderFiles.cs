using Slipway.Foundation.Text;

namespace Slipway.PyPi.Files;

/// <summary>The files of a folder on the disk.</summary>
/// <param name="root">The folder.</param>
/// <param name="mayLeave">
/// Whether paths may lead out of it, as pip allows; right for a person's own machine. Where not, symbolic links may not lead out either.
/// </param>
public sealed class FolderFiles(string root, bool mayLeave) : IProjectFiles
{
    /// <summary>The largest file that is read; lock files of very large projects have some megabytes.</summary>
    public const long MaxSize = 64 << 20;

    private readonly string _root = Path.TrimEndingDirectorySeparator(Path.GetFullPath(root));

    public byte[]? Read(string path)
    {
        using Stream? file = Open(path);
        if (file is null)
        {
            return null;
        }

        if (file.Length > MaxSize)
        {
            throw new DiagnosticException("too-large", $"{path} has more than {MaxSize >> 20} MiB and is not read", "a file that describes a project is smaller");
        }

        try
        {
            byte[] content = new byte[file.Length];
            file.ReadExactly(content);
            return content;
        }
        catch (IOException e)
        {
            throw Unreadable(path, e);
        }
    }

    public Stream? Open(string path)
    {
        string full = Locate(path);
        try
        {
            return File.OpenRead(full);
        }
        catch (Exception e) when (e is FileNotFoundException or DirectoryNotFoundException)
        {
            return null;
        }
        catch (Exception e) when (e is UnauthorizedAccessException or IOException)
        {
            throw Unreadable(path, e);
        }
    }

    public bool IsFile(string path) => File.Exists(Locate(path));

    public bool IsFolder(string path) => Directory.Exists(Locate(path));

    private static DiagnosticException Unreadable(string path, Exception e) => new("unreadable-file", $"{path} cannot be read: {e.Message}", "check that it is a file and its permissions");

    private string Locate(string path)
    {
        if (path.Contains('\0', StringComparison.Ordinal))
        {
            throw new DiagnosticException("bad-path", "a path has no zero bytes");
        }

        string full = Path.Combine(_root, path);
        if (mayLeave)
        {
            return full;
        }

        if (ProjectPath.LeadsOut(path) || !IsInside(Real(_root, 0), Real(full, 0)))
        {
            throw new DiagnosticException("outside-folder", $"{path} lies outside of {_root}, where nothing may be read", "put the file into the folder");
        }

        return full;
    }

    private static bool IsInside(string folder, string path) => path == folder || path.StartsWith(folder + "/", StringComparison.Ordinal) || folder == "/";

    // The path without symbolic links, as far as it exists.
    private static string Real(string path, int followed)
    {
        if (followed > 40)
        {
            throw new DiagnosticException("link-loop", $"the symbolic links of {path} lead in a circle");
        }

        string real = "/";
        string[] parts = path.Split('/', StringSplitOptions.RemoveEmptyEntries);
        for (int i = 0; i < parts.Length; i++)
        {
            string next = Path.Combine(real, parts[i]);
            if (new FileInfo(next).LinkTarget is { } target)
            {
                string rest = string.Join('/', parts[(i + 1)..]);
                return Real(Path.GetFullPath(Path.Combine(real, target, rest)), followed + 1);
            }

            real = next;
        }

        return real;
    }
}
