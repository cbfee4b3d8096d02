using System.Net.Http.Headers;

namespace Slipway.Foundation.Http;

/// <summary>How long to wait before the next attempt.</summary>
public static class RetryDelay
{
    /// <summary>
    /// What the server asked for if it did, else <see cref="HttpPolicyOptions.BaseDelay"/> doubled with every attempt, of which a random half is
    /// taken away so that many clients do not come back at once. Never more than <see cref="HttpPolicyOptions.MaxDelay"/>.
    /// </summary>
    /// <param name="options">The bounds.</param>
    /// <param name="attempt">The attempt that failed, counted from 0.</param>
    /// <param name="asked">The server's <c>Retry-After</c>.</param>
    /// <param name="random">From 0 up to 1.</param>
    public static TimeSpan After(HttpPolicyOptions options, int attempt, TimeSpan? asked, double random)
    {
        TimeSpan delay = asked ?? options.BaseDelay * Math.Pow(2, Math.Min(attempt, 20)) * (1 - (random / 2));
        return delay < TimeSpan.Zero ? TimeSpan.Zero : delay < options.MaxDelay ? delay : options.MaxDelay;
    }

    /// <summary>The time a <c>Retry-After</c> header asks for (RFC 9110, 10.2.3), or null without one.</summary>
    public static TimeSpan? Asked(RetryConditionHeaderValue? header, DateTimeOffset now) =>
        header?.Delta ?? (header?.Date is { } date ? date - now : null);
}
