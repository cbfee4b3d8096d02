using System.Net.Http.Headers;
using System.Text;

namespace Slipway.Foundation.Http;

/// <summary>Logins as settings write them: <c>user:password</c>, or a token when there is no colon.</summary>
public static class LoginHeader
{
    /// <summary>The header that shows a login to the server (RFC 7617, 6750).</summary>
    public static AuthenticationHeaderValue Of(string login) => login.Contains(':')
        ? new AuthenticationHeaderValue("Basic", Convert.ToBase64String(Encoding.UTF8.GetBytes(login)))
        : new AuthenticationHeaderValue("Bearer", login);
}
