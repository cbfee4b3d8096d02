namespace Slipway.Foundation.Http;

/// <summary>How patient the program is with servers. The defaults suit registries and package indexes over the internet.</summary>
public sealed record HttpPolicyOptions
{
    /// <summary>How often a request is sent at most, the first time included.</summary>
    public int MaxAttempts { get; init; } = 5;

    /// <summary>The wait before the second attempt; it doubles each time, and up to half of it is random.</summary>
    public TimeSpan BaseDelay { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>No wait is longer, whatever a server asks for with <c>Retry-After</c>.</summary>
    public TimeSpan MaxDelay { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The time a TCP and TLS connection may take.</summary>
    public TimeSpan ConnectTimeout { get; init; } = TimeSpan.FromSeconds(20);

    /// <summary>
    /// How long a server may send nothing: no header after the request, or no byte in the middle of a body.
    /// A long transfer that moves never times out.
    /// </summary>
    public TimeSpan StallTimeout { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>The greatest number of redirects followed.</summary>
    public int MaxRedirects { get; init; } = 10;

    /// <summary>What the user decided about the TLS of one host; null: nothing.</summary>
    public ServerTrust? Trust { get; init; }

    /// <summary>Whether the proxies of the environment are used. .NET would use them for this machine's own servers, too, which nobody means.</summary>
    public bool UseProxy { get; init; } = true;

    /// <summary>Nothing is sent: every request fails with <see cref="HttpFailure.Offline"/>. What the user said for the whole program holds unless set otherwise.</summary>
    public bool Offline { get; init; } = NetworkAccess.IsForbidden;

    /// <summary>The <c>User-Agent</c>.</summary>
    public string UserAgent { get; init; } = "slipway";
}
