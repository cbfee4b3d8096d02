using Slipway.Foundation.Text;

namespace Slipway.PyPi.Indexes.Pages;

/// <summary>
/// Takes from a page what may be believed: addresses become absolute and lose what stands before the host; links to other kinds of files, to places that a page may not
/// point to, and names that could leave a folder are left out.
/// </summary>
internal static class PageCleaner
{
    private const int LongestName = 255;
    private static readonly string[] s_endings = [".whl", ".tar.gz", ".zip"];

    /// <summary>The page with clean files only; each has a name.</summary>
    /// <param name="page">As it was read.</param>
    /// <param name="address">Where it was read, after redirects.</param>
    /// <param name="name">What messages call it.</param>
    /// <param name="hostile">Gets names that were refused because they could leave a folder.</param>
    /// <exception cref="DiagnosticException">It is no page of an index, or one of a later kind.</exception>
    public static RawPage Clean(RawPage page, Uri address, string name, ICollection<string> hostile)
    {
        if (page.ApiVersion is { } version && version.Split('.')[0].Trim() != "1")
        {
            throw IndexProblems.NewerInterface(name, version.Length > 20 ? "?" : version);
        }

        Uri start = page.BaseUrl is { } written && Uri.TryCreate(address, written, out Uri? set) ? set : address;
        List<RawFile> files = new(page.Files.Count);
        foreach (RawFile file in page.Files)
        {
            if (Clean(file, start, address, hostile) is { } clean)
            {
                files.Add(clean);
            }
        }

        return files.Count == 0 && page.HasForm
            ? throw IndexProblems.NotAPage(name, "it has no files, but a form to fill in")
            : page with { Files = files, BaseUrl = null };
    }

    private static RawFile? Clean(RawFile file, Uri start, Uri page, ICollection<string> hostile)
    {
        if (!Uri.TryCreate(start, file.Url, out Uri? url) || !MayLeadTo(page, url))
        {
            return null;
        }

        string name = file.FileName ?? Uri.UnescapeDataString(url.AbsolutePath[(url.AbsolutePath.LastIndexOf('/') + 1)..]);
        if (!s_endings.Any(e => name.EndsWith(e, StringComparison.OrdinalIgnoreCase)))
        {
            return null;
        }

        if (name.Length > LongestName || name.StartsWith('.') || name.AsSpan().IndexOfAny('/', '\\') >= 0 || name.Any(char.IsControl))
        {
            hostile.Add(name);
            return null;
        }

        return file with { FileName = name, Url = url.GetComponents(UriComponents.SchemeAndServer | UriComponents.PathAndQuery, UriFormat.UriEscaped) };
    }

    // A page may not send its reader from TLS to none, nor into this machine's files.
    private static bool MayLeadTo(Uri page, Uri url) => url.Scheme switch
    {
        "https" => true,
        "http" => page.Scheme != Uri.UriSchemeHttps,
        "file" => page.IsFile,
        _ => false,
    };
}
