using System.Net;

namespace Slipway.Foundation.Http;

/// <summary>
/// Follows redirects of GET and HEAD. Credentials go only to the scheme, host and port they were meant for: registries redirect blobs to
/// storage hosts, which must not see the registry's token. A redirect from HTTPS to HTTP is refused.
/// </summary>
internal sealed class RedirectHandler(HttpMessageHandler inner, int maxRedirects) : DelegatingHandler(inner)
{
    /// <summary>Where an <see cref="HttpRequestException"/> tells (in its data) at which address it happened, when that is not the one that was asked for.</summary>
    public const string FailedAddress = "address";

    protected override async Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancellationToken)
    {
        Uri origin = request.RequestUri!;
        HttpResponseMessage response = await base.SendAsync(request, cancellationToken);
        for (int followed = 0; Target(request, response) is { } target; followed++)
        {
            response.Dispose();
            if (followed == maxRedirects)
            {
                throw new HttpFailureException(HttpFailure.Redirect, origin, $"{SafeAddress.Of(origin)} redirects more than {maxRedirects} times.");
            }

            request = Follow(request, origin, target);
            try
            {
                response = await base.SendAsync(request, cancellationToken);
            }
            catch (HttpRequestException e)
            {
                e.Data[FailedAddress] = target;
                throw;
            }
        }

        return response;
    }

    private static Uri? Target(HttpRequestMessage request, HttpResponseMessage response)
    {
        bool redirects = response.StatusCode is HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther
            or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect;
        bool safe = request.Method == HttpMethod.Get || request.Method == HttpMethod.Head;
        return redirects && safe && response.Headers.Location is { } location ? new Uri(request.RequestUri!, location) : null;
    }

    private static HttpRequestMessage Follow(HttpRequestMessage request, Uri origin, Uri target)
    {
        bool downgrade = request.RequestUri!.Scheme == Uri.UriSchemeHttps && target.Scheme != Uri.UriSchemeHttps;
        if (downgrade || (target.Scheme != Uri.UriSchemeHttp && target.Scheme != Uri.UriSchemeHttps))
        {
            throw new HttpFailureException(HttpFailure.Redirect, origin,
                $"{SafeAddress.Of(origin)} redirects to {SafeAddress.Of(target)}; only an HTTPS address may follow an HTTPS one.");
        }

        var next = new HttpRequestMessage(request.Method, target) { Version = request.Version, VersionPolicy = request.VersionPolicy };
        foreach ((string name, IEnumerable<string> values) in request.Headers)
        {
            next.Headers.TryAddWithoutValidation(name, values);
        }

        // Once away from the origin the credentials are gone for good, even if a later hop leads back.
        if (Uri.Compare(request.RequestUri, target, UriComponents.SchemeAndServer, UriFormat.Unescaped, StringComparison.OrdinalIgnoreCase) != 0)
        {
            next.Headers.Authorization = null;
            next.Headers.ProxyAuthorization = null;
            next.Headers.Remove("Cookie");
        }

        next.Headers.Host = null;
        return next;
    }
}
