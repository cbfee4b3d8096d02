using System.Net;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Channels;

/// <summary>What can be wrong with a channel, said with what to do about it. Addresses are shown without secrets.</summary>
internal static class ChannelProblems
{
    public static DiagnosticException Refused(Uri address, HttpResponseMessage response, NetrcFile netrc) => new(
        "channel-refused", $"{SafeAddress.Of(address)} answered {(int)response.StatusCode} {response.ReasonPhrase}.",
        response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? "The channel wants a login: a token in its address (https://HOST/t/TOKEN/CHANNEL), or user and password, in its address, in config.yml (conda: logins:) or in ~/.netrc."
                + string.Concat(netrc.Warnings.Where(w => w.Code != NetrcFile.OpenToOthers).Select(w => $" Mind that of {netrc.Path}{(w.Position is { } place ? $":{place.Line}" : "")} not all was read: {w.Message}."))
            : "Check the address of the channel.");

    public static DiagnosticException Broken(Uri address, Exception cause) => new(
        "channel-broken", $"{SafeAddress.Of(address)} is not what a channel has there: {cause.Message}", "Check the address of the channel; a proxy may have answered instead of it.");

    public static DiagnosticException Absent(Channel channel, string platform) => new(
        "channel-not-found", $"The channel {channel} has neither {platform} nor noarch at {channel.Address.AbsoluteUri}.", "Check its name; a name without https:// is looked for below the channel alias.");

    public static DiagnosticException Unreachable(Channel channel, HttpFailureException failure) => failure.Failure == HttpFailure.Offline
        ? new DiagnosticException("offline", $"What the channel {channel} has is not kept here, and --offline forbids to ask it.", "Run it once without --offline.")
        : new DiagnosticException(
            "channel-unreachable", $"The channel {channel} cannot be reached: {failure.Message}",
            $"Check the network and the proxy settings, or set a mirror in config.yml: conda: mirrors: {channel.Address.GetLeftPart(UriPartial.Authority)}: [ADDRESS].");
}
