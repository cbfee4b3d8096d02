using System.Net;
using System.Net.Http.Headers;
using Slipway.Conda.Records;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;

namespace Slipway.Conda.Packages;

/// <summary>A package's bytes as they come from its channel; goes on where it was when the connection breaks.</summary>
/// <param name="package">What the channel says of it.</param>
/// <param name="address">Where it is.</param>
/// <param name="start">How many of its bytes are there already.</param>
/// <param name="policy">Sends the requests, patiently.</param>
/// <param name="authorize">Puts in what the channel wants to see: a header, a token in the address.</param>
/// <param name="moved">Is told of all bytes.</param>
internal sealed class PackageDownload(PackageRecord package, Uri address, long start, HttpPolicy policy, Action<HttpRequestMessage> authorize, Action<int> moved)
    : ResumingStream(policy, address, package.Size, start)
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
        ? new DiagnosticException("offline", $"The package {package.FileName} is not here, and --offline forbids to download it.", "Run it once without --offline.")
        : new DiagnosticException("package-download", $"The package {package.FileName} cannot be downloaded: {failure.Message}", "Check the network and the proxy settings, or name a mirror of the channel.");

    protected override Exception WrongSize(bool isTooLong) =>
        PackageHash.Mismatch(package, $"it has {(isTooLong ? "more" : "fewer")} bytes than the {package.Size} that its channel says");

    private DiagnosticException Refused(HttpResponseMessage response) => new(
        "package-download", $"The package {package.FileName} cannot be downloaded: {SafeAddress.Of(Address)} answered {(int)response.StatusCode} {response.ReasonPhrase}.",
        response.StatusCode switch
        {
            HttpStatusCode.NotFound or HttpStatusCode.Gone => "The channel no longer has it: lock anew, or name a mirror that keeps old packages.",
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => "The channel wants a login or a token.",
            _ => "Check the channel's address.",
        });
}
