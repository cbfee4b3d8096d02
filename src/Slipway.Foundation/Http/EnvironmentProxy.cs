using System.Net;

namespace Slipway.Foundation.Http;

/// <summary>
/// The proxies of the environment: <c>http_proxy</c>, <c>https_proxy</c>, <c>all_proxy</c> and <c>no_proxy</c>, in small or capital letters, as curl and Go
/// programs read them. .NET's own reading knows neither address ranges nor ports nor bare domains in <c>no_proxy</c>.
/// </summary>
public sealed class EnvironmentProxy : IWebProxy
{
    private readonly Uri? _http, _https;
    private readonly string[] _direct;

    /// <param name="environment">Gives the value of a variable.</param>
    public EnvironmentProxy(Func<string, string?> environment)
    {
        string? all = Value("all_proxy");
        _http = Address(Value("http_proxy") ?? all);
        _https = Address(Value("https_proxy") ?? all);
        _direct = (Value("no_proxy") ?? "").Split([',', ' '], StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);
        Credentials = new ProxyLogins(_http, _https);

        string? Value(string name) =>
            environment(name) is { Length: > 0 } small ? small : environment(name.ToUpperInvariant()) is { Length: > 0 } capital ? capital : null;
    }

    /// <summary>The logins in the proxies' addresses.</summary>
    public ICredentials? Credentials { get; set; }

    public Uri? GetProxy(Uri destination) => IsBypassed(destination) ? null : ProxyOf(destination);

    /// <summary>Whether the host is spoken to directly: this machine, and what <c>no_proxy</c> names (a host, a domain, an address, a range, each with an optional port; <c>*</c> is all).</summary>
    public bool IsBypassed(Uri host) => ProxyOf(host) is null || host.IsLoopback || _direct.Any(rule => Matches(rule, host));

    private Uri? ProxyOf(Uri destination) => destination.Scheme == Uri.UriSchemeHttps ? _https : _http;

    private static bool Matches(string rule, Uri destination)
    {
        if (rule == "*")
        {
            return true;
        }

        string host = destination.Host.Trim('[', ']');
        if (IPNetwork.TryParse(rule, out IPNetwork range))
        {
            return IPAddress.TryParse(host, out IPAddress? address) && range.Contains(address);
        }

        (string name, int? port) = SplitPort(rule);
        if (port is { } wanted && wanted != destination.Port)
        {
            return false;
        }

        string domain = name.TrimStart('*').TrimStart('.');
        return domain.Length > 0
            && ((!name.StartsWith('.') && string.Equals(host, domain, StringComparison.OrdinalIgnoreCase))
                || (!IPAddress.TryParse(host, out _) && host.EndsWith('.' + domain, StringComparison.OrdinalIgnoreCase)));
    }

    private static (string Name, int? Port) SplitPort(string rule)
    {
        int colon = rule.LastIndexOf(':');
        bool isPort = colon >= 0 && !IPAddress.TryParse(rule, out _) && int.TryParse(rule.AsSpan(colon + 1), out _);
        return isPort ? (rule[..colon].Trim('[', ']'), int.Parse(rule.AsSpan(colon + 1), System.Globalization.CultureInfo.InvariantCulture)) : (rule.Trim('[', ']'), null);
    }

    private static Uri? Address(string? text)
    {
        if (text is null)
        {
            return null;
        }

        string address = text.Contains("://", StringComparison.Ordinal) ? text : "http://" + text;
        return Uri.TryCreate(address, UriKind.Absolute, out Uri? proxy) ? proxy : null;
    }

    private sealed class ProxyLogins(params Uri?[] proxies) : ICredentials
    {
        public NetworkCredential? GetCredential(Uri uri, string authType)
        {
            Uri? proxy = proxies.FirstOrDefault(p => p is { UserInfo.Length: > 0 } && p.Host == uri.Host && p.Port == uri.Port);
            string[] pair = proxy?.UserInfo.Split(':', 2) ?? [];
            return pair is [var user, ..] ? new NetworkCredential(Uri.UnescapeDataString(user), pair.Length > 1 ? Uri.UnescapeDataString(pair[1]) : "") : null;
        }
    }
}
