using System.Net;
using System.Net.Http.Headers;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;

namespace Slipway.Packages.Archives;

/// <summary>An archive's bytes as they come; goes on where it was when the connection breaks.</summary>
/// <param name="source">What is announced of it.</param>
/// <param name="address">Where it is.</param>
/// <param name="start">How many of its bytes are there already.</param>
/// <param name="policy">Sends the requests, patiently.</param>
/// <param name="authorize">Puts in what the server wants to see: a header, a token in the address.</param>
/// <param name="moved">Is told of all bytes.</param>
internal sealed class ArchiveDownload(ArchiveSource source, Uri address, long start, HttpPolicy policy, Action<HttpRequestMessage> authorize, Action<int> moved)
    : ResumingStream(policy, address, source.Size, start)
{
    protected override void Moved(ReadOnlySpan<byte> bytes) => moved(bytes.Length);

    protected override async Task<HttpResponseMessage> AskAsync(RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        using var request = new HttpRequestMessage(HttpMethod.Get, Address);
        request.Headers.Range = range;
        authorize(request);
        HttpResponseMessage response = await Policy.SendOnceAsync(request, cancellationToken);
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent)
        {
            return response;
        }

        using (response)
        {
            throw response.StatusCode == HttpStatusCode.RequestedRangeNotSatisfiable ? WrongSize(isTooLong: false) : Refused(response);
        }
    }

    protected override Exception Failed(HttpFailureException failure) => failure.Failure == HttpFailure.Offline
        ? new DiagnosticException("offline", $"The package {source.FileName} is not here, and --offline forbids to download it.", "Run it once without --offline.")
        : new DiagnosticException("package-download", $"The package {source.FileName} cannot be downloaded: {failure.Message}", $"Check the network and the proxy settings, or name a mirror of the {source.Announcer}.");

    protected override Exception WrongSize(bool isTooLong) =>
        ArchiveCheck.Mismatch(source, $"it has {(isTooLong ? "more" : "fewer")} bytes than the {source.Size} that its {source.Announcer} says");

    private DiagnosticException Refused(HttpResponseMessage response) => new(
        "package-download", $"The package {source.FileName} cannot be downloaded: {SafeAddress.Of(Address)} answered {(int)response.StatusCode} {response.ReasonPhrase}.",
        response.StatusCode switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.Gone => $"The {source.Announcer} no longer has it: lock anew, or name a mirror that keeps old packages.",
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => $"The {source.Announcer} wants a login or a token.",
            _ => $"Check the {source.Announcer}'s address.",
        });
}
