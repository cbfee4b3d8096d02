using System.Net;
using System.Net.Http.Headers;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Registry.Policy;

namespace Slipway.Images.Registry;

/// <summary>Sends requests to one registry: finds out whether it speaks HTTPS, answers its challenges, retries what may be retried.</summary>
internal sealed class RegistryConnection : IDisposable
{
    private readonly HttpPolicy _policy;
    private readonly SemaphoreSlim _probing = new(1, 1);
    private Uri? _root;

    public RegistryConnection(RegistryPlace place, RegistryOptions options, TimeProvider clock, bool wantsIdentityToken = false)
        : this(RegistryEndpoint.Of(place, options), options, clock, wantsIdentityToken, place.Certificates)
    {
    }

    public RegistryConnection(RegistryEndpoint endpoint, RegistryOptions options, TimeProvider clock, bool wantsIdentityToken = false, string? certificates = null)
    {
        Endpoint = endpoint;
        _policy = new HttpPolicy(
            options.Http with
            {
                Trust = CertificateFolders.Read(endpoint, options.CertificateFolders, certificates),
                UseProxy = options.Http.UseProxy && !endpoint.IsLoopback,
            },
            clock);
        Clock = clock;
        Authenticator = new RegistryAuthenticator(endpoint, options.Credentials, _policy, clock) { WantsIdentityToken = wantsIdentityToken };
    }

    public RegistryEndpoint Endpoint { get; }

    public RegistryAuthenticator Authenticator { get; }

    public HttpPolicy Policy => _policy;

    public TimeProvider Clock { get; }

    /// <summary>Sends a request without a body, with retries; returns whatever the registry says in the end.</summary>
    /// <param name="method">The method.</param>
    /// <param name="path">The path after the root, <c>v2/…</c>, or an absolute address the registry gave.</param>
    /// <param name="scope">What it is for.</param>
    /// <param name="shape">Adds headers.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="HttpFailureException">No answer.</exception>
    public Task<HttpResponseMessage> SendAsync(
        HttpMethod method, string path, RegistryScope scope, Action<HttpRequestMessage>? shape, CancellationToken cancellationToken) =>
        AnswerAsync(method, path, scope, shape, _policy.SendAsync, cancellationToken);

    /// <summary>Opens a connection and answers the registry's challenge, so that later requests find both. Failures are left to those.</summary>
    public async Task ApproachAsync(RegistryScope scope, CancellationToken cancellationToken)
    {
        try
        {
            if ((await GetRootAsync(cancellationToken)).Scheme == Uri.UriSchemeHttps)
            {
                using HttpResponseMessage response = await SendOnceAsync(HttpMethod.Get, "v2/", scope, null, cancellationToken);
            }
        }
        catch (Exception e) when (e is HttpFailureException or DiagnosticException or OperationCanceledException or ObjectDisposedException)
        {
            // What is wrong here is wrong for the first real request, too, which tells it with what it was for; and the command may be over.
        }
    }

    /// <summary>As <see cref="SendAsync"/>, but a passing trouble is not tried again here: the caller starts over with more than this request.</summary>
    public Task<HttpResponseMessage> SendOnceAsync(
        HttpMethod method, string path, RegistryScope scope, Action<HttpRequestMessage>? shape, CancellationToken cancellationToken) =>
        AnswerAsync(method, path, scope, shape, (make, token) => _policy.SendOnceAsync(make(), token), cancellationToken);

    public void Dispose()
    {
        Authenticator.Dispose();
        _policy.Dispose();
        _probing.Dispose();
    }

    private async Task<HttpResponseMessage> AnswerAsync(
        HttpMethod method,
        string path,
        RegistryScope scope,
        Action<HttpRequestMessage>? shape,
        Func<Func<HttpRequestMessage>, CancellationToken, Task<HttpResponseMessage>> send,
        CancellationToken cancellationToken)
    {
        Uri root = await GetRootAsync(cancellationToken);
        var address = new Uri(root, path);
        bool isOwn = Uri.Compare(root, address, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) == 0;
        for (bool answered = false; ; answered = true)
        {
            AuthenticationHeaderValue? authorization = isOwn ? await Authenticator.CurrentAsync(scope, cancellationToken) : null;
            HttpResponseMessage response = await send(
                () =>
                {
                    var request = new HttpRequestMessage(method, address);
                    request.Headers.Authorization = authorization;
                    shape?.Invoke(request);
                    return request;
                },
                cancellationToken);
            if (response.StatusCode != HttpStatusCode.Unauthorized || answered || !isOwn
                || !await Authenticator.AnswerAsync(response, scope, authorization, cancellationToken))
            {
                return response;
            }

            response.Dispose();
        }
    }

    /// <summary>HTTPS, unless plain HTTP is allowed and it is what the registry speaks.</summary>
    private async Task<Uri> GetRootAsync(CancellationToken cancellationToken)
    {
        if (_root is { } known)
        {
            return known;
        }

        await _probing.WaitAsync(cancellationToken);
        try
        {
            return _root ??= Endpoint.AllowsPlainHttp ? await ProbeAsync(cancellationToken) : Endpoint.Root(Uri.UriSchemeHttps);
        }
        finally
        {
            _probing.Release();
        }
    }

    // On this machine plain HTTP is the usual thing; elsewhere TLS is tried first, even where it may be missing.
    private async Task<Uri> ProbeAsync(CancellationToken cancellationToken)
    {
        string[] schemes = Endpoint.IsLoopback ? [Uri.UriSchemeHttp, Uri.UriSchemeHttps] : [Uri.UriSchemeHttps, Uri.UriSchemeHttp];
        Uri first = Endpoint.Root(schemes[0]), second = Endpoint.Root(schemes[1]);
        try
        {
            return await SpeaksAsync(first, cancellationToken) ? first : second;
        }
        catch (HttpFailureException e) when (e.Failure is HttpFailure.Tls or HttpFailure.Broken || (e.Failure == HttpFailure.Unreachable && first.Port != second.Port))
        {
            return second;
        }
    }

    private async Task<bool> SpeaksAsync(Uri root, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, new Uri(root, "v2/"));
        try
        {
            using HttpResponseMessage response = await _policy.SendOnceAsync(request, cancellationToken);

            // How Go's and other TLS servers answer plain HTTP.
            return response.StatusCode != HttpStatusCode.BadRequest;
        }
        catch (HttpFailureException e) when (e.Failure == HttpFailure.Busy)
        {
            return true;
        }
    }
}
