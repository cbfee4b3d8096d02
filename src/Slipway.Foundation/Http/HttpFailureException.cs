using System.Net;

namespace Slipway.Foundation.Http;

/// <summary>
/// A server could not be reached or would not answer, after all attempts. The message holds no secret: addresses are shown without
/// query and user information, and header values never.
/// </summary>
public sealed class HttpFailureException : IOException
{
    public HttpFailureException(HttpFailure failure, Uri address, string message, Exception? inner = null)
        : base(message, inner) => (Failure, Address) = (failure, SafeAddress.Of(address));

    public HttpFailure Failure { get; }

    /// <summary>The address without its secrets.</summary>
    public string Address { get; }

    /// <summary>What the server answered, when it answered.</summary>
    public HttpStatusCode? Status { get; init; }

    /// <summary>How long the server asked to wait.</summary>
    internal TimeSpan? RetryAfter { get; init; }

    /// <summary>Whether the same request may work a little later.</summary>
    public bool IsTransient => Failure is HttpFailure.Busy or HttpFailure.Broken or HttpFailure.Stalled;
}

/// <summary>Why a request failed.</summary>
public enum HttpFailure
{
    /// <summary>The host's name has no address.</summary>
    UnknownHost,

    /// <summary>Nothing answers there: refused, no route, or no connection in time.</summary>
    Unreachable,

    /// <summary>TLS did not come about: plain HTTP on the other side, or a certificate nobody trusts.</summary>
    Tls,

    /// <summary>The connection broke, or what came was not HTTP.</summary>
    Broken,

    /// <summary>Nothing came for too long.</summary>
    Stalled,

    /// <summary>408, 429 or 5xx.</summary>
    Busy,

    /// <summary>Too many redirects, or one that must not be followed.</summary>
    Redirect,

    /// <summary>The user forbade the network (<c>--offline</c>); nothing was sent.</summary>
    Offline,
}
