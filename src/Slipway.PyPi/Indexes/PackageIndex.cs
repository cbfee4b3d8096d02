using System.Text.RegularExpressions;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;

namespace Slipway.PyPi.Indexes;

/// <summary>A place that offers projects by their names (PEP 503): a server's folder, or one of this machine.</summary>
/// <param name="Name">What the settings call it; null: it has only an address.</param>
/// <param name="Address">Absolute, with a slash at its end, without user and password.</param>
public sealed partial record PackageIndex(string? Name, Uri Address)
{
    /// <summary>The index of the Python community.</summary>
    public static PackageIndex Default { get; } = new("pypi", new Uri("https://pypi.org/simple/"));

    /// <summary>What stood before the host: <c>user:password</c>, as it was written, or null. A secret.</summary>
    internal string? UserInfo { get; init; }

    /// <summary>Whether only projects that name it are asked for there.</summary>
    public bool IsExplicit { get; init; }

    /// <summary>Answers that say no more than that the project is not there; 404 and 410 always do.</summary>
    public IReadOnlyList<int> AbsentStatuses { get; init; } = [];

    /// <summary>The name of the index whose place it takes (<c>--index-url</c>): what is to come from there comes from here.</summary>
    public string? Replaces { get; init; }

    /// <summary>Whether a project that names an index means this one.</summary>
    public bool IsCalled(string name) => Name == name || Replaces == name;

    /// <summary>The address without secrets.</summary>
    public string Url => SafeAddress.Of(Address);

    /// <summary>What messages call it.</summary>
    public override string ToString() => Name ?? Url;

    /// <summary>Reads an index as people write it: an address, perhaps with a login and <c>${VARIABLE}</c>s in it, or a folder.</summary>
    /// <param name="text">The address or path.</param>
    /// <param name="name">What the settings call it, or null.</param>
    /// <param name="folder">Where a relative path starts.</param>
    /// <param name="environment">Gives the value of a variable.</param>
    /// <exception cref="DiagnosticException">It is neither. What was written is not in the message beyond the scheme: it may hold a password.</exception>
    public static PackageIndex Parse(string text, string? name, string folder, Func<string, string?> environment)
    {
        string expanded = Expand(text.Trim(), environment);
        if (!expanded.Contains("://", StringComparison.Ordinal))
        {
            return new PackageIndex(name, WithSlash(new Uri("file://" + Path.GetFullPath(expanded, folder))));
        }

        if (!Uri.TryCreate(expanded, UriKind.Absolute, out Uri? address) || address.Scheme is not ("http" or "https" or "file"))
        {
            throw new DiagnosticException(
                "bad-index", $"\"{text.Split("://")[0]}://…\" is not the address of a package index.", "Indexes are reached by https://, http:// and file://; write for example https://pypi.example.org/simple.");
        }

        string plain = address.IsFile ? "file://" + address.AbsolutePath : address.GetComponents(UriComponents.SchemeAndServer | UriComponents.PathAndQuery, UriFormat.UriEscaped);
        return new PackageIndex(name, WithSlash(new Uri(plain))) { UserInfo = address.UserInfo is { Length: > 0 } login ? login : null };
    }

    /// <summary>A text with its <c>${VARIABLE}</c>s replaced, as requirements files have them: capital letters, digits and underscores; those that are not set stay as they are.</summary>
    public static string Expand(string text, Func<string, string?> environment) =>
        Variable().Replace(text, match => environment(match.Groups[1].Value) is { Length: > 0 } value ? value : match.Value);

    private static Uri WithSlash(Uri address) => address.AbsolutePath.EndsWith('/') ? address : new UriBuilder(address) { Path = address.AbsolutePath + "/" }.Uri;

    [GeneratedRegex(@"\$\{([A-Z0-9_]+)\}")]
    private static partial Regex Variable();
}
