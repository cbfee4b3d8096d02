using System.Text.RegularExpressions;
using Slipway.Foundation.Text;

namespace Slipway.PyPi.Files;

/// <summary>
/// User names and passwords within addresses. They are used where the address is, and never printed, locked or written into an image
/// ("Direct URL data structure" of the packaging specifications).
/// </summary>
public static partial class UrlCredentials
{
    /// <summary>The user of git over ssh; it is no secret.</summary>
    public static IReadOnlyList<string> GitUser { get; } = ["git"];

    /// <summary>An address without user and password. Names of variables (<c>${TOKEN}</c>) stay, as they tell nothing, and so do the users that are kept.</summary>
    public static string Strip(string url, IReadOnlyCollection<string>? kept = null)
    {
        kept ??= GitUser;
        return UserInfo().Replace(url, match => kept.Contains(match.Value[..^1]) || Variables().IsMatch(match.Value) ? match.Value : "");
    }

    /// <summary>Whether an address holds a user or a password that <see cref="Strip"/> would take away.</summary>
    public static bool Has(string url) => Strip(url) != url;

    /// <summary>A text with asterisks in place of the credentials of its addresses: as long as before, so that places in it stay right.</summary>
    public static string Mask(string text) =>
        UserInfo().Replace(text, match => GitUser.Contains(match.Value[..^1]) || Variables().IsMatch(match.Value) ? match.Value : new string('*', match.Length - 1) + "@");

    /// <summary>A file as its diagnostics may show it.</summary>
    public static SourceText Mask(SourceText source) => source.Text.Contains("://", StringComparison.Ordinal) ? new SourceText(source.Path, Mask(source.Text)) : source;

    // Up to the last @ before the path, as clients read it; a password may hold one.
    [GeneratedRegex(@"(?<=://)[^/?#\s]*@")]
    private static partial Regex UserInfo();

    [GeneratedRegex(@"^\$\{[A-Za-z0-9_-]+\}(?::\$\{[A-Za-z0-9_-]+\})?@$")]
    private static partial Regex Variables();
}
