using System.Net;
using System.Net.Http.Headers;
using Slipway.Foundation.Http;
using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>The bytes of a blob as they come from a registry; goes on where it was when the connection breaks, at another place if this one does not come back.</summary>
internal sealed class ResumingBlobStream(BlobPlaces places, Descriptor blob, TransferMeter? meter) : ResumingStream(null, null, blob.Size)
{
    protected override HttpPolicy Policy => places.Current.Connection.Policy;

    protected override Uri Address => places.Current.Endpoint.Root("http");

    protected override void Moved(ReadOnlySpan<byte> bytes)
    {
        places.Add(bytes);
        meter?.Add(bytes.Length);
    }

    protected override void Ended() => places.Complete();

    protected override bool GoesElsewhere(Exception failure)
    {
        if (!places.IsMirror)
        {
            return false;
        }

        places.MoveOn(failure);
        return true;
    }

    protected override Exception Failed(HttpFailureException failure) => RegistryProblem.Of(failure, places.Current.Endpoint);

    protected override Exception WrongSize(bool isTooLong)
    {
        if (isTooLong)
        {
            places.Refuse(); // it is the bytes of a mirror, if there are some, that are wrong
        }

        return isTooLong ? RegistryProblem.TooLong(places.Current.Endpoint, blob) : RegistryProblem.TooShort(places.Current.Endpoint, blob);
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            places.Dispose();
        }

        base.Dispose(disposing);
    }

    protected override async Task<HttpResponseMessage> AskAsync(RangeHeaderValue? range, CancellationToken cancellationToken)
    {
        (RegistryConnection connection, string repository, _) = places.Current;
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
