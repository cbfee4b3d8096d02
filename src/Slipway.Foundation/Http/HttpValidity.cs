using System.Net.Http.Headers;

namespace Slipway.Foundation.Http;

/// <summary>How long an answer that was kept may be used unasked, and how the server is asked whether it still holds (RFC 9111, 9110 section 13).</summary>
public record HttpValidity
{
    /// <summary>The server's <c>ETag</c>, or null.</summary>
    public string? EntityTag { get; init; }

    /// <summary>The server's <c>Last-Modified</c> in seconds since 1970, or null.</summary>
    public long? LastModified { get; init; }

    /// <summary>Until when the server need not be asked, in seconds since 1970.</summary>
    public long FreshUntil { get; init; }

    /// <summary>Whether the server need not be asked.</summary>
    public bool IsFresh(TimeProvider clock) => FreshUntil > clock.GetUtcNow().ToUnixTimeSeconds();

    /// <summary>What an answer says of itself.</summary>
    public static HttpValidity Of(HttpResponseMessage response, TimeProvider clock) => new()
    {
        EntityTag = response.Headers.ETag?.ToString(),
        LastModified = response.Content.Headers.LastModified?.ToUnixTimeSeconds(),
        FreshUntil = FreshUntilOf(response, clock),
    };

    /// <summary>
    /// Until when an answer is fresh: <c>max-age</c>, less the <c>Age</c> that it had on the way; an answer that says nothing of it is asked for again at once.
    /// </summary>
    public static long FreshUntilOf(HttpResponseMessage response, TimeProvider clock)
    {
        CacheControlHeaderValue? control = response.Headers.CacheControl;
        TimeSpan fresh = control is null || control.NoCache || control.NoStore ? TimeSpan.Zero : control.MaxAge ?? TimeSpan.Zero;
        return (clock.GetUtcNow() + fresh - (response.Headers.Age ?? TimeSpan.Zero)).ToUnixTimeSeconds();
    }

    /// <summary>Makes a request ask for the whole only if it is another than this one.</summary>
    public void AddConditions(HttpRequestMessage request)
    {
        if (EntityTag is { } tag && EntityTagHeaderValue.TryParse(tag, out EntityTagHeaderValue? parsed))
        {
            request.Headers.IfNoneMatch.Add(parsed);
        }
        else if (LastModified is { } time)
        {
            request.Headers.IfModifiedSince = DateTimeOffset.FromUnixTimeSeconds(time);
        }
    }
}
