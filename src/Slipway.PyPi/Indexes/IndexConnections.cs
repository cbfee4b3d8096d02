using System.Collections.Concurrent;
using Slipway.Foundation.Http;

namespace Slipway.PyPi.Indexes;

/// <summary>Connections to indexes and to where their files are: without proxy to this machine, and without questions to hosts that the user trusts.</summary>
/// <param name="settings">Who is trusted.</param>
/// <param name="clock">For patience and retries.</param>
public sealed class IndexConnections(IndexSettings settings, TimeProvider clock) : IDisposable
{
    private readonly HttpPolicy _usual = new(new HttpPolicyOptions(), clock), _here = new(new HttpPolicyOptions { UseProxy = false }, clock);
    private readonly ConcurrentDictionary<string, Lazy<HttpPolicy>> _trusted = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>Sends the requests to an address, patiently.</summary>
    public HttpPolicy Of(Uri address) => settings.Trusts(address) ? _trusted.GetOrAdd(address.Host, host => new Lazy<HttpPolicy>(() => Trusting(host, address.IsLoopback))).Value
        : address.IsLoopback ? _here
        : _usual;

    public void Dispose()
    {
        _usual.Dispose();
        _here.Dispose();
        foreach (Lazy<HttpPolicy> policy in _trusted.Values)
        {
            policy.Value.Dispose();
        }
    }

    private HttpPolicy Trusting(string host, bool isHere) => new(new HttpPolicyOptions { Trust = new ServerTrust(host) { AcceptsAny = true }, UseProxy = !isHere }, clock);
}
