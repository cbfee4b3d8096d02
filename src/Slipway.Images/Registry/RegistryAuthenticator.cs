using System.Collections.Concurrent;
using System.Net.Http.Headers;
using System.Text.Json;
using System.Text.Json.Serialization;
using Slipway.Foundation.Http;

namespace Slipway.Images.Registry;

/// <summary>
/// Answers a registry's challenges: with a token from the place it names (anonymous, or with the user's login), or with the login itself.
/// What was given is kept for the requests that follow, and renewed before it expires.
/// </summary>
internal sealed class RegistryAuthenticator(RegistryEndpoint endpoint, RegistryCredentials credentials, HttpPolicy policy, TimeProvider clock) : IDisposable
{
    private const int LongestAnswer = 1024 * 1024;
    private const string ClientId = "slipway";

    /// <summary>What a token lives when its server does not say (distribution's token specification).</summary>
    private const int UsualLife = 60;
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(10);
    private readonly ConcurrentDictionary<RegistryScope, Grant> _known = new();
    private readonly ConcurrentDictionary<string, RegistryLogin?> _logins = new();
    private readonly SemaphoreSlim _asking = new(1, 1);

    /// <summary>Whether a refresh token is asked for besides, as a login does, so that the password need not be kept.</summary>
    public bool WantsIdentityToken { get; init; }

    /// <summary>The refresh token that was given.</summary>
    public string? IdentityToken { get; private set; }

    /// <summary>Whether a login was known when it was needed for a repository.</summary>
    public bool HasLogin(string repository) => _logins.GetValueOrDefault(repository) is not null;

    /// <summary>What to send with a request, as far as known.</summary>
    public async ValueTask<AuthenticationHeaderValue?> CurrentAsync(RegistryScope scope, CancellationToken cancellationToken)
    {
        if (!_known.TryGetValue(scope, out Grant? grant) || IsFresh(grant))
        {
            return grant?.Header;
        }

        await _asking.WaitAsync(cancellationToken);
        try
        {
            if (_known.TryGetValue(scope, out Grant? newer) && IsFresh(newer))
            {
                return newer.Header;
            }

            // An old token is better than none: the registry says so when it is too old, with a challenge that is then answered.
            return (await RenewAsync(scope, grant, cancellationToken)).Header;
        }
        finally
        {
            _asking.Release();
        }
    }

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
            if (_known.GetValueOrDefault(scope) is { } newer && !newer.Header.Equals(used))
            {
                return true;
            }

            bool isSecret = refused.RequestMessage?.RequestUri?.Scheme == Uri.UriSchemeHttps;
            Grant? answer = challenge.IsBearer
                ? await GetTokenAsync(challenge, isSecret, scope, cancellationToken)
                : (await LoginAsync(scope.Repository, cancellationToken))?.Basic is { } basic ? Grant.Forever(new AuthenticationHeaderValue("Basic", basic)) : null;
            if (answer is null || answer.Header.Equals(used))
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

    // Time is measured, not read: a clock that is set anew neither lengthens nor shortens a token's life.
    private bool IsFresh(Grant grant) => grant.Life is not { } life || clock.GetElapsedTime(grant.Since) < life - Margin;

    private async Task<Grant> RenewAsync(RegistryScope scope, Grant old, CancellationToken cancellationToken) =>
        _known[scope] = await GetTokenAsync(old.Challenge!, old.IsSecret, scope, cancellationToken) ?? old with { Life = null };

    private async Task<RegistryLogin?> LoginAsync(string repository, CancellationToken cancellationToken)
    {
        if (!_logins.TryGetValue(repository, out RegistryLogin? login))
        {
            _logins[repository] = login = await credentials.FindAsync(endpoint.Registry, repository, cancellationToken);
        }

        return login;
    }

    private async Task<Grant?> GetTokenAsync(AuthChallenge challenge, bool isSecret, RegistryScope scope, CancellationToken cancellationToken)
    {
        RegistryLogin? login = await LoginAsync(scope.Repository, cancellationToken);
        if (login?.RegistryToken is { } ready)
        {
            return Grant.Forever(new AuthenticationHeaderValue("Bearer", ready));
        }

        // A registry behind TLS cannot talk us into sending the login in plain text; one without TLS has seen it anyway, if the user allowed that.
        bool mayLogIn = login is not null && (challenge.Realm!.Scheme == Uri.UriSchemeHttps || (!isSecret && endpoint.AllowsPlainHttp));
        RegistryLogin? usable = mayLogIn ? login : null;
        long since = clock.GetTimestamp();
        using HttpResponseMessage response = await policy.SendAsync(
            () => usable?.IdentityToken is { } identity ? Exchange(challenge, scope, identity) : Ask(challenge, scope, usable), cancellationToken);
        if (!response.IsSuccessStatusCode)
        {
            return null;
        }

        await using Stream body = await policy.OpenBodyAsync(response, cancellationToken);
        TokenAnswer? answer = Read(await BoundedBody.ReadAsync(body, LongestAnswer, $"The token of {SafeAddress.Of(challenge.Realm!)}", cancellationToken));
        IdentityToken = answer?.RefreshToken is { Length: > 0 } refresh ? refresh : IdentityToken;
        string? token = answer?.Token is { Length: > 0 } given ? given : answer?.AccessToken;
        return token is not { Length: > 0 } || !token.All(char.IsAscii) || token.Any(char.IsControl) ? null : new Grant(new AuthenticationHeaderValue("Bearer", token))
        {
            Challenge = challenge,
            IsSecret = isSecret,
            Since = since,
            Life = TimeSpan.FromSeconds(Math.Clamp(answer!.ExpiresIn ?? UsualLife, UsualLife, 24 * 60 * 60)),
        };
    }

    /// <summary>Distribution's token specification.</summary>
    private HttpRequestMessage Ask(AuthChallenge challenge, RegistryScope scope, RegistryLogin? login)
    {
        List<string> parameters = [];
        if (challenge.Service is { } service)
        {
            parameters.Add("service=" + Uri.EscapeDataString(service));
        }

        if (WantsIdentityToken && login is not null)
        {
            parameters.AddRange(["offline_token=true", "client_id=" + ClientId, "account=" + Uri.EscapeDataString(login.User)]);
        }

        parameters.AddRange(scope.Tokens.Select(token => "scope=" + Uri.EscapeDataString(token)));
        var address = new UriBuilder(challenge.Realm!);
        address.Query = string.Join('&', (string[])[.. address.Query.TrimStart('?').Split('&', StringSplitOptions.RemoveEmptyEntries), .. parameters]);
        var request = new HttpRequestMessage(HttpMethod.Get, address.Uri);
        request.Headers.Authorization = login?.Basic is { } basic ? new AuthenticationHeaderValue("Basic", basic) : null;
        return request;
    }

    /// <summary>OAuth 2's refresh token grant (RFC 6749, 6), as distribution's "Oauth2 Token Authentication" has it.</summary>
    private static HttpRequestMessage Exchange(AuthChallenge challenge, RegistryScope scope, string identity) => new(HttpMethod.Post, challenge.Realm)
    {
        Content = new FormUrlEncodedContent(
        [
            new("grant_type", "refresh_token"),
            new("service", challenge.Service ?? ""),
            new("client_id", ClientId),
            new("refresh_token", identity),
            new("scope", string.Join(' ', scope.Tokens)),
        ]),
    };

    private static TokenAnswer? Read(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, TokenJson.Default.TokenAnswer);
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("The token server's answer is not JSON.", e);
        }
    }

    private sealed record Grant(AuthenticationHeaderValue Header)
    {
        public AuthChallenge? Challenge { get; init; }

        /// <summary>Whether the registry that asked was behind TLS.</summary>
        public bool IsSecret { get; init; }

        public long Since { get; init; }

        /// <summary>Null: until it is refused.</summary>
        public TimeSpan? Life { get; init; }

        public static Grant Forever(AuthenticationHeaderValue header) => new(header);
    }
}

internal sealed record TokenAnswer
{
    [JsonPropertyName("token")]
    public string? Token { get; init; }

    [JsonPropertyName("access_token")]
    public string? AccessToken { get; init; }

    [JsonPropertyName("refresh_token")]
    public string? RefreshToken { get; init; }

    /// <summary>Seconds.</summary>
    [JsonPropertyName("expires_in")]
    public int? ExpiresIn { get; init; }
}

[JsonSerializable(typeof(TokenAnswer))]
internal sealed partial class TokenJson : JsonSerializerContext;
