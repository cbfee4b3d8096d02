using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using Slipway.Foundation.Http;

namespace Slipway.Images.Registry;

/// <summary>
/// Answers a registry's challenges: with a token from the place it names (anonymous, or with the user's login), or with the login itself.
/// What was given is kept for the requests that follow.
/// </summary>
internal sealed class RegistryAuthenticator(RegistryEndpoint endpoint, RegistryLogin? login, HttpPolicy policy) : IDisposable
{
    private const int LongestAnswer = 1024 * 1024;
    private readonly ConcurrentDictionary<RegistryScope, AuthenticationHeaderValue> _known = new();
    private readonly SemaphoreSlim _asking = new(1, 1);

    /// <summary>Whether a login is known for this registry.</summary>
    public bool HasLogin => login is not null;

    /// <summary>What to send with a request, as far as known.</summary>
    public AuthenticationHeaderValue? Current(RegistryScope scope) => _known.GetValueOrDefault(scope);

    /// <summary>Answers the challenge of a refused request; false when there is nothing (better) to answer with.</summary>
    /// <param name="refused">The response with status 401.</param>
    /// <param name="scope">What the request wanted.</param>
    /// <param name="used">What it was sent with.</param>
    /// <param name="cancellationToken">Ends the asking.</param>
    public async Task<bool> AnswerAsync(
        HttpResponseMessage refused, RegistryScope scope, AuthenticationHeaderValue? used, CancellationToken cancellationToken)
    {
        if (AuthChallenge.Read(refused.Headers) is not { } challenge)
        {
            return false;
        }

        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (Current(scope) is { } newer && !newer.Equals(used))
            {
                return true;
            }

            AuthenticationHeaderValue? answer = challenge.IsBearer
                ? await GetTokenAsync(challenge, scope, cancellationToken)
                : login is null ? null : new AuthenticationHeaderValue("Basic", login.Basic);
            if (answer is null || answer.Equals(used))
            {
                return false;
            }

            _known[scope] = answer;
            return true;
        }
        finally
        {
            _asking.Release();
        }
    }

    public void Dispose() => _asking.Dispose();

    private async Task<AuthenticationHeaderValue?> GetTokenAsync(AuthChallenge challenge, RegistryScope scope, CancellationToken cancellationToken)
    {
        IEnumerable<string> parameters = scope.Tokens.Select(token => "scope=" + Uri.EscapeDataString(token));
        if (challenge.Service is { } service)
        {
            parameters = parameters.Prepend("service=" + Uri.EscapeDataString(service));
        }

        var address = new UriBuilder(challenge.Realm!);
        address.Query = string.Join('&', (string[])[.. address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries), .. parameters]);

        // The login goes over plain HTTP only where the user allowed that for the registry itself.
        bool mayLogIn = login is not null && (address.Scheme == Uri.UriSchemeHttps || endpoint.AllowsPlainHttp);
        using HttpResponseMessage response = await policy.SendAsync(
            () =>
            {
                var request = new HttpRequestMessage(HttpMethod.Get, address.Uri);
                request.Headers.Authorization = mayLogIn ? new AuthenticationHeaderValue("Basic", login!.Basic) : null;
                return request;
            },
            cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return null;
        }

        await using Stream body = await policy.OpenBodyAsync(response, cancellationToken);
        return Token(await BoundedBody.ReadAsync(body, LongestAnswer, $"The token of {SafeAddress.Of(address.Uri)}", cancellationToken)) is { Length: > 0 } token
            ? new AuthenticationHeaderValue("Bearer", token)
            : null;
    }

    private static string? Token(byte[] json)
    {
        try
        {
            using var document = JsonDocument.Parse(json);
            foreach (string name in (ReadOnlySpan<string>)["token", "access_token"])
            {
                if (document.RootElement.ValueKind == JsonValueKind.Object
                    && document.RootElement.TryGetProperty(name, out JsonElement token) && token.ValueKind == JsonValueKind.String)
                {
                    return token.GetString();
                }
            }
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("The token server's answer is not JSON.", e);
        }

        return null;
    }
}
