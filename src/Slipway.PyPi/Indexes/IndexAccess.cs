using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text;
using Slipway.Foundation.Http;

namespace Slipway.PyPi.Indexes;

/// <summary>
/// Puts logins into requests, and nowhere else. In this order: what stood in the index's address, <c>SLIPWAY_INDEX_&lt;NAME&gt;_USERNAME</c> and <c>_PASSWORD</c>, the logins of the
/// settings, the user's netrc file. A login of an index goes to that server alone, also for the files on it.
/// </summary>
/// <param name="settings">The indexes, and logins by host.</param>
/// <param name="environment">Gives the value of a variable.</param>
/// <param name="netrc">The user's file.</param>
public sealed class IndexAccess(IndexSettings settings, Func<string, string?> environment, NetrcFile netrc)
{
    private readonly ConcurrentDictionary<string, string> _added = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Takes the login of an address that is none of an index, for requests to that server.</summary>
    public void Add(Uri address)
    {
        if (address.UserInfo.Length > 0)
        {
            _added[address.GetLeftPart(UriPartial.Scheme) + address.Authority] = Decoded(address.UserInfo);
        }
    }

    /// <summary>Prepares a request to an index, or for a file.</summary>
    public void Authorize(HttpRequestMessage request) => request.Headers.Authorization = HeaderFor(request.RequestUri!);

    /// <summary>The variable that holds a part of an index's login.</summary>
    public static string VariableOf(string name, string part) =>
        $"SLIPWAY_INDEX_{string.Concat(name.Select(c => char.IsAsciiLetterOrDigit(c) ? char.ToUpperInvariant(c) : '_'))}_{part}";

    private AuthenticationHeaderValue? HeaderFor(Uri address) => (_added.GetValueOrDefault(address.GetLeftPart(UriPartial.Scheme) + address.Authority) ?? IndexLogin(address)) is { } own ? Basic(own)
        : (settings.Logins.GetValueOrDefault(address.Authority) ?? settings.Logins.GetValueOrDefault(address.Host)) is { } login ? LoginHeader.Of(login)
        : netrc.HeaderFor(address);

    // Of several indexes on one server the one whose path is nearest.
    private string? IndexLogin(Uri address) => (
        from index in settings.Indexes
        where index.Address.Scheme == address.Scheme && index.Address.Authority == address.Authority
        let login = LoginOf(index)
        where login is not null
        orderby SharedParts(index.Address, address) descending
        select login).FirstOrDefault();

    private string? LoginOf(PackageIndex index)
    {
        if (index.UserInfo is { } written)
        {
            return Decoded(written);
        }

        string? user = index.Name is null ? null : environment(VariableOf(index.Name, "USERNAME")), password = index.Name is null ? null : environment(VariableOf(index.Name, "PASSWORD"));
        return user is null && password is null ? null : $"{user}:{password}";
    }

    private static string Decoded(string userInfo) => string.Join(':', userInfo.Split(':', 2).Select(Uri.UnescapeDataString));

    private static int SharedParts(Uri index, Uri address) => index.Segments.Zip(address.Segments).TakeWhile(pair => pair.First == pair.Second).Count();

    // A token alone stands where the user does.
    private static AuthenticationHeaderValue Basic(string login) =>
        new("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login.Contains(':') ? login : login + ":")));
}
