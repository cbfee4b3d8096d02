using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.PyPi.Requirements;
using Slipway.PyPi.Tags;
using Slipway.PyPi.Versions;

namespace Slipway.PyPi.Indexes;

/// <summary>Files that a requirement names by their address (<c>name @ https://host/name-1.0-py3-none-any.whl#sha256=…</c>), as if an index had announced them.</summary>
public static class DirectFile
{
    /// <summary>The wheel or source distribution at an address; null where the address does not say which version it is: repositories, folders, archives of branches.</summary>
    /// <param name="project">The project that is expected there.</param>
    /// <param name="url">The address as it was written; what stands before the host is left away.</param>
    /// <exception cref="DiagnosticException">It names a wheel of another project.</exception>
    public static IndexFile? TryCreate(ProjectName project, string url)
    {
        if (!Uri.TryCreate(url, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https" or "file"))
        {
            return null;
        }

        string name = Uri.UnescapeDataString(address.AbsolutePath[(address.AbsolutePath.LastIndexOf('/') + 1)..]);
        (string Key, string Value)[] fragment = [.. from part in address.Fragment.TrimStart('#').Split('&') let at = part.IndexOf('=') where at > 0 select (part[..at], part[(at + 1)..])];
        WheelFileName? wheel = null;
        PythonVersion version;
        if (name.EndsWith(WheelFileName.Extension, StringComparison.Ordinal))
        {
            wheel = WheelFileName.TryParse(name, out WheelFileName? read) && read.Project == project ? read : throw new DiagnosticException(
                "other-project", $"{project} is to come from a file that is none of its wheels: {name}.", "Write the name of the project that the wheel is of, or the address of the right file.");
            version = wheel.Version;
        }
        else if (SourceFileName.TryParse(name, project, out SourceFileName? source) && fragment.All(f => f.Key != "subdirectory"))
        {
            version = source.Version;
        }
        else
        {
            return null;
        }

        string plain = address.IsFile ? address.GetComponents(UriComponents.SchemeAndServer | UriComponents.Path, UriFormat.UriEscaped) : address.GetComponents(UriComponents.SchemeAndServer | UriComponents.PathAndQuery, UriFormat.UriEscaped);
        return new IndexFile
        {
            FileName = name,
            Url = plain,
            Project = project,
            Version = version,
            Wheel = wheel,
            Hashes = [.. fragment.Select(f => ArchiveHash.TryCreate(f.Key, f.Value)).OfType<ArchiveHash>()],
            IndexUrl = plain,
        };
    }
}
