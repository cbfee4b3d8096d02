using Slipway.Foundation.Http;

namespace Slipway.Conda.Channels;

/// <summary>Puts the secrets of channels into requests, and nowhere else: tokens into the address, logins into a header.</summary>
/// <param name="channels">The channels whose addresses hold secrets.</param>
/// <param name="settings">Logins by host, and the netrc file for hosts without one.</param>
public sealed class ChannelAccess(IReadOnlyList<Channel> channels, ChannelSettings settings)
{
    private readonly List<Channel> _channels = [.. channels];

    /// <summary>The logins that count last.</summary>
    internal NetrcFile Netrc => settings.Netrc;

    /// <summary>Also these; only while nothing is asked for.</summary>
    internal void Add(IEnumerable<Channel> more) => _channels.AddRange(more.Where(c => !_channels.Contains(c)));

    /// <summary>Where to ask for a package's address: at its channel's mirrors, in their order, else there.</summary>
    public IReadOnlyList<Uri> PlacesOf(Uri address) => settings.PlacesOf(address);

    /// <summary>Prepares a request whose address is below a channel's, or on a host with a login; others stay as they are.</summary>
    public void Authorize(HttpRequestMessage request)
    {
        Uri address = request.RequestUri!;
        string? login = settings.Logins.GetValueOrDefault(address.Authority) ?? settings.Logins.GetValueOrDefault(address.Host);

        // Only below the channel's own address: package files may lie on another host (CEP 15), which must not see its secrets.
        if (_channels.FirstOrDefault(c => IsBelow(address, c.Address)) is { } channel)
        {
            request.RequestUri = channel.WithToken(address);
            login = channel.UserInfo is null ? login : Uri.UnescapeDataString(channel.UserInfo);
        }

        login = address.UserInfo.Length > 0 ? Uri.UnescapeDataString(address.UserInfo) : login; // of a list of addresses
        request.Headers.Authorization = login is null ? settings.Netrc.HeaderFor(address) : LoginHeader.Of(login);
    }

    private static bool IsBelow(Uri address, Uri channel) =>
        address.Scheme == channel.Scheme && address.Authority == channel.Authority
        && address.AbsolutePath.StartsWith(channel.AbsolutePath.TrimEnd('/') + "/", StringComparison.Ordinal);
}
