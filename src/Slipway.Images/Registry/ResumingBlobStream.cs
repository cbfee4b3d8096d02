using System.Net;
using System.Net.Http.Headers;
using Slipway.Foundation.Http;
using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>The bytes of a blob as they come from a registry; goes on where it was when the connection breaks.</summary>
internal sealed class ResumingBlobStream(RegistryConnection connection, string repository, Descriptor blob, TransferMeter? meter)
    : ResumingStream(connection.Policy, connection.Endpoint.Root("http"), blob.Size)
{
    protected override void Moved(int count) => meter?.Add(count);

    protected override Exception Failed(HttpFailureException failure) => RegistryProblem.Of(failure, connection.Endpoint);

    protected override Exception WrongSize(bool isTooLong) =>
        isTooLong ? RegistryProblem.TooLong(connection.Endpoint, blob) : RegistryProblem.TooShort(connection.Endpoint, blob);

    protected override async Task<HttpResponseMessage> AskAsync(RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await connection.SendOnceAsync(
            HttpMethod.Get, $"v2/{repository}/blobs/{blob.Digest}", new RegistryScope(repository), request => request.Headers.Range = range, cancellationToken);
        if (response.StatusCode is HttpStatusCode.OK or HttpStatusCode.PartialContent)
        {
            return response;
        }

        using (response)
        {
            throw await RegistryProblem.OfBlobAsync(response, connection, repository, blob, cancellationToken);
        }
    }
}
