using System.Net;
using System.Net.Http.Headers;
using Slipway.Foundation.Http;
using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>How a blob came into a registry.</summary>
public enum BlobPush
{
    /// <summary>It was there.</summary>
    Present,

    /// <summary>The registry took it from another of its repositories.</summary>
    Mounted,

    Uploaded,
}

/// <summary>Brings one blob into a repository (distribution-spec, "Pushing Blobs"): look, mount, or POST and one streamed PUT.</summary>
internal sealed class BlobUpload(RegistryConnection connection, string repository, Descriptor blob, IProgress<TransferProgress>? progress)
{
    private readonly TransferMeter _meter = new(progress, blob.Digest, blob.Size, connection.Clock);

    public async Task<BlobPush> RunAsync(
        IReadOnlyList<string> mountFrom, Func<CancellationToken, Task<Func<Stream>>> open, CancellationToken cancellationToken)
    {
        BlobPush how = await IsPresentAsync(cancellationToken) ? BlobPush.Present
            : await TryMountAsync(mountFrom, cancellationToken) ? BlobPush.Mounted
            : BlobPush.Uploaded;
        if (how == BlobPush.Uploaded)
        {
            Func<Stream> source = await open(cancellationToken);

            // A broken upload starts over with a new session: how much of the old one the registry kept is not worth asking on most networks.
            await connection.Policy.RetryAsync(token => UploadAsync(source, token), cancellationToken);
        }

        _meter.Complete();
        return how;
    }

    private async Task<bool> IsPresentAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await connection.SendAsync(
            HttpMethod.Head, $"v2/{repository}/blobs/{blob.Digest}", new RegistryScope(repository, Push: true), null, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => true,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw RegistryProblem.Denied(connection, repository, push: true),
            _ => false,
        };
    }

    private async Task<bool> TryMountAsync(IReadOnlyList<string> mountFrom, CancellationToken cancellationToken)
    {
        foreach (string from in mountFrom.Where(from => from != repository))
        {
            using HttpResponseMessage response = await connection.SendAsync(
                HttpMethod.Post,
                $"v2/{repository}/blobs/uploads/?mount={Uri.EscapeDataString(blob.Digest.ToString())}&from={Uri.EscapeDataString(from)}",
                new RegistryScope(repository, Push: true, from),
                null,
                cancellationToken);
            if (response.StatusCode == HttpStatusCode.Created)
            {
                return true;
            }

            if (response.StatusCode == HttpStatusCode.Accepted && response.Headers.Location is { } session)
            {
                // Not mounted; the upload session that was opened instead is given back.
                using HttpResponseMessage _ = await connection.SendAsync(
                    HttpMethod.Delete, session.ToString(), new RegistryScope(repository, Push: true), null, cancellationToken);
            }
        }

        return false;
    }

    private async Task<bool> UploadAsync(Func<Stream> open, CancellationToken cancellationToken)
    {
        _meter.Restart();
        Uri session = await BeginAsync(cancellationToken);
        string separator = session.OriginalString.Contains('?', StringComparison.Ordinal) ? "&" : "?";
        string address = $"{session.OriginalString}{separator}digest={Uri.EscapeDataString(blob.Digest.ToString())}";
        using HttpResponseMessage response = await connection.SendOnceAsync(
            HttpMethod.Put,
            address,
            new RegistryScope(repository, Push: true),
            request =>
            {
                _meter.Restart();
                request.Content = new StreamedContent(open, blob.Size, _meter.Add);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
            },
            cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.Created or HttpStatusCode.NoContent or HttpStatusCode.OK => true,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw RegistryProblem.Denied(connection, repository, push: true),

            // The session is gone (a registry that restarted, or several behind one name): a new one may work.
            HttpStatusCode.NotFound => throw new HttpFailureException(HttpFailure.Broken, session, $"{connection.Endpoint.Registry} lost the upload of {blob.Digest.Short}."),
            _ => throw await RegistryProblem.UnexpectedAsync(response, connection, $"the upload of {blob.Digest} to {repository}", cancellationToken),
        };
    }

    private async Task<Uri> BeginAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await connection.SendOnceAsync(
            HttpMethod.Post, $"v2/{repository}/blobs/uploads/", new RegistryScope(repository, Push: true), null, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.Accepted when response.Headers.Location is { } location => location,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw RegistryProblem.Denied(connection, repository, push: true),
            _ => throw await RegistryProblem.UnexpectedAsync(response, connection, $"an upload to {repository}", cancellationToken),
        };
    }
}
