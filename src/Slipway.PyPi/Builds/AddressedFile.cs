using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.PyPi.Files;
using Slipway.PyPi.Tags;

namespace Slipway.PyPi.Builds;

/// <summary>A file that a requirement names by its address.</summary>
public static class AddressedFile
{
    /// <summary>The folder of the project in the archive (<c>#subdirectory=</c>); null: its root.</summary>
    public static string? SubdirectoryOf(string url) => RequirementReader.Fragment(url, "subdirectory") is { Length: > 0 } folder ? Uri.UnescapeDataString(folder).Trim('/') : null;

    /// <summary>As the cache of archives is asked for it: without credentials, with the digest that stands behind its <c>#</c>.</summary>
    /// <param name="url">The address.</param>
    /// <param name="mayBeHere">Whether it may be a file of this machine.</param>
    /// <exception cref="DiagnosticException">It is no such address.</exception>
    public static ArchiveSource Of(string url, bool mayBeHere = false)
    {
        string plain = url.Split('#')[0];
        if (!Uri.TryCreate(plain, UriKind.Absolute, out Uri? address) || !(address.Scheme is "http" or "https" || (mayBeHere && address.IsFile)))
        {
            throw new DiagnosticException("bad-address", $"{UrlCredentials.Mask(url)} cannot be taken from.", "Name a repository of git (git+https://…), or a file at an address of http or https.");
        }

        string stripped = UrlCredentials.Strip(plain), path = stripped.Split('?')[0], name = Uri.UnescapeDataString(path[(path.LastIndexOf('/') + 1)..]);
        string[] said = url.Contains('#', StringComparison.Ordinal) ? url[(url.IndexOf('#', StringComparison.Ordinal) + 1)..].Split('&') : [];
        return new ArchiveSource
        {
            FileName = name,
            Url = stripped,
            StoredName = name.EndsWith(WheelFileName.Extension, StringComparison.Ordinal) ? "package.whl" : name.EndsWith(".zip", StringComparison.OrdinalIgnoreCase) ? "package.zip" : "package.tar.gz",
            Hashes = [.. said.Select(s => s.Split('=', 2)).Where(s => s.Length == 2).Select(s => ArchiveHash.TryCreate(s[0], s[1])).OfType<ArchiveHash>()],
            Announcer = "requirement",
        };
    }
}
