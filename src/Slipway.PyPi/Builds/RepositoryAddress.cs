using System.Diagnostics.CodeAnalysis;
using Slipway.PyPi.Files;
using Slipway.PyPi.Wheels;

namespace Slipway.PyPi.Builds;

/// <summary>A git repository as requirements name it: <c>git+https://host/path@revision#subdirectory=folder</c>.</summary>
public sealed record RepositoryAddress
{
    private const string Prefix = "git+";

    /// <summary>What git is asked for. It may hold credentials: show <see cref="Shown"/>.</summary>
    public required string Url { get; init; }

    /// <summary>The branch, tag or commit; null: the repository's default branch.</summary>
    public string? Revision { get; init; }

    /// <summary>The folder of the project in it; null: its root.</summary>
    public string? Subdirectory { get; init; }

    /// <summary>The address without credentials.</summary>
    public string Shown => UrlCredentials.Strip(Url);

    /// <summary>Reads an address; what stands behind <c>egg=</c> is not looked at.</summary>
    /// <returns>False when it is none of git.</returns>
    public static bool TryParse(string text, [NotNullWhen(true)] out RepositoryAddress? address)
    {
        address = null;
        string url = text.Split('#')[0];
        int host = url.IndexOf("://", StringComparison.Ordinal) + "://".Length;
        if (!url.StartsWith(Prefix, StringComparison.OrdinalIgnoreCase) || host < "://".Length || url.IndexOf('/', host) is not (> 0 and var path))
        {
            return false;
        }

        // An @ before the path belongs to the user, one in it begins the revision.
        int at = url.LastIndexOf('@') is var last && last > path ? last : url.Length;
        address = new RepositoryAddress
        {
            Url = url[Prefix.Length..at],
            Revision = at + 1 < url.Length ? Uri.UnescapeDataString(url[(at + 1)..]) : null,
            Subdirectory = AddressedFile.SubdirectoryOf(text),
        };
        return true;
    }

    /// <summary>Where a package came from that was built of a commit.</summary>
    public DirectUrl ToDirectUrl(string commit) => DirectUrl.Repository(Shown, commit, Revision == commit ? null : Revision, Subdirectory);

    /// <summary>The address of one commit, without credentials.</summary>
    public string At(string commit) => $"{Prefix}{Shown}@{commit}{(Subdirectory is null ? "" : "#subdirectory=" + Subdirectory)}";

    public override string ToString() => $"{Prefix}{Shown}{(Revision is null ? "" : "@" + Revision)}";
}

/// <summary>Repositories of sources, with the machine's git. A commit that was here before is not fetched again.</summary>
public interface ISourceRepositories
{
    /// <summary>The commit that an address names now; without a network, the one it named when it was asked the last time.</summary>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">There is no such revision, or the repository cannot be reached.</exception>
    Task<string> CommitAsync(RepositoryAddress address, CancellationToken cancellationToken);

    /// <summary>Puts the files of a commit into an empty folder, with what git itself keeps, because versions may come from there.</summary>
    /// <exception cref="Slipway.Foundation.Text.DiagnosticException">It cannot be had.</exception>
    Task CheckOutAsync(RepositoryAddress address, string commit, string folder, CancellationToken cancellationToken);
}
