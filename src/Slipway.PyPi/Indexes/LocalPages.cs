using Slipway.PyPi.Indexes.Pages;
using Slipway.PyPi.Requirements;

namespace Slipway.PyPi.Indexes;

/// <summary>Pages that lie on this machine: a folder of files is one, and so is an HTML file.</summary>
internal static class LocalPages
{
    private const string PageName = "index.html";

    /// <summary>The page of a project in a folder that is an index: a folder of the project's name, with an <c>index.html</c> or the files themselves in it; null: it has none.</summary>
    public static async Task<RawPage?> OfProjectAsync(string index, ProjectName project, ICollection<string> hostile, CancellationToken cancellationToken)
    {
        string? folder = !Directory.Exists(index) ? null : Directory.EnumerateDirectories(index).FirstOrDefault(f => ProjectName.TryParse(Path.GetFileName(f), out ProjectName name) && name == project);
        return folder is null ? null
            : File.Exists(Path.Combine(folder, PageName)) ? await OfFileAsync(Path.Combine(folder, PageName), hostile, cancellationToken)
            : OfFolder(folder, hostile);
    }

    /// <summary>The files of a folder, not of those in it, by name.</summary>
    public static RawPage OfFolder(string folder, ICollection<string> hostile)
    {
        var files = new DirectoryInfo(folder).EnumerateFiles().OrderBy(f => f.Name, StringComparer.Ordinal)
            .Select(f => new RawFile { FileName = f.Name, Url = new Uri("file://" + Uri.EscapeDataString(f.FullName).Replace("%2F", "/", StringComparison.Ordinal)).AbsoluteUri, Size = f.Exists ? f.Length : null });
        return PageCleaner.Clean(new RawPage { Files = [.. files] }, new Uri("file://" + folder), folder, hostile);
    }

    /// <summary>A page in HTML.</summary>
    public static async Task<RawPage> OfFileAsync(string path, ICollection<string> hostile, CancellationToken cancellationToken)
    {
        using var text = new StreamReader(path);
        return PageCleaner.Clean(await HtmlPageReader.ReadAsync(text, path, cancellationToken), new Uri("file://" + path), path, hostile);
    }
}
