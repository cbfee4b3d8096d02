using System.Net;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Registry;

/// <summary>Tries a login at its registry before it is kept.</summary>
public static class RegistrySignIn
{
    /// <summary>Asks the registry whether it accepts the login.</summary>
    /// <param name="key">The registry as references name it, perhaps with a path that the login is for.</param>
    /// <param name="login">User and password.</param>
    /// <param name="options">How to speak to it; the logins in it are not used.</param>
    /// <param name="clock">For waits.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>What to keep: the login, or the identity token that the registry gave for it.</returns>
    /// <exception cref="DiagnosticException">It does not, or it cannot be reached.</exception>
    public static async Task<RegistryLogin> VerifyAsync(
        string key, RegistryLogin login, RegistryOptions options, TimeProvider clock, CancellationToken cancellationToken)
    {
        (string registry, string path) = RegistryPrefix.Split(key);
        RegistryPlace place = options.Policy.Value.PlaceAt(registry, path.TrimStart('/'));
        place.RequireAllowed();
        options = options with { Credentials = RegistryCredentials.Of(registry, login) };
        using var connection = new RegistryConnection(place, options, clock, wantsIdentityToken: true);
        try
        {
            using HttpResponseMessage response = await connection.SendAsync(HttpMethod.Get, "v2/", RegistryScope.Registry, null, cancellationToken);
            return response.StatusCode switch
            {
                HttpStatusCode.OK => connection.Authenticator.IdentityToken is { } token ? new RegistryLogin(login.User, "") { IdentityToken = token } : login,
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw RegistryProblem.LoginRefused(connection.Endpoint),
                _ => throw await RegistryProblem.UnexpectedAsync(response, connection, "/v2/; this seems to be no registry", cancellationToken),
            };
        }
        catch (HttpFailureException e)
        {
            throw RegistryProblem.Of(e, connection.Endpoint);
        }
    }
}
