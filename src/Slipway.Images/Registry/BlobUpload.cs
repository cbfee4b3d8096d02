using System.Net;
using Slipway.Foundation.Hashing;
using Slipway.Images.Model;
using Slipway.Images.Store;

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

/// <summary>Brings one blob into a repository (distribution-spec, "Pushing Blobs"): look, mount, or send.</summary>
internal sealed class BlobUpload(RegistryConnection connection, string repository, IProgress<TransferProgress>? progress)
{
    /// <summary>Brings a blob that is known.</summary>
    /// <param name="blob">The blob.</param>
    /// <param name="mountFrom">Repositories of this registry that may have it; asked for only if this one does not.</param>
    /// <param name="open">Opens its bytes, which can be sought in if a broken upload shall not start over.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public async Task<BlobPush> RunAsync(
        Descriptor blob, Func<CancellationToken, Task<IReadOnlyList<string>>> mountFrom, Func<CancellationToken, Task<Func<Stream>>> open, CancellationToken cancellationToken)
    {
        var meter = new TransferMeter(progress, blob.Digest, blob.Size, connection.Clock);
        BlobPush how = await IsPresentAsync(blob.Digest, cancellationToken) ? BlobPush.Present
            : await TryMountAsync(blob.Digest, await mountFrom(cancellationToken), cancellationToken) ? BlobPush.Mounted
            : BlobPush.Uploaded;
        if (how == BlobPush.Uploaded)
        {
            Func<Stream> source = await open(cancellationToken);
            await new PatientUpload(connection, repository, meter).RunAsync(
                new UploadSource(offset => OpenAt(source, offset), Task.FromResult(blob), InParts: false, static () => false), cancellationToken);
        }

        meter.Complete();
        return how;
    }

    /// <summary>Sends a blob while it is made.</summary>
    /// <param name="item">Its name in the progress, until the digest is known.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="whole">Gives its digest and size in the end.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the registry takes only blobs that are known.</returns>
    public async Task<bool> StreamAsync(string item, GrowingBlob blob, Task<Descriptor> whole, CancellationToken cancellationToken)
    {
        var meter = new TransferMeter(progress, item, null, connection.Clock);
        if (!await new PatientUpload(connection, repository, meter).RunAsync(new UploadSource(blob.OpenAt, whole, InParts: true, () => blob.HasFailed), cancellationToken))
        {
            return false;
        }

        meter.Settle((await whole).Size);
        meter.Complete();
        return true;
    }

    private static Stream OpenAt(Func<Stream> open, long offset)
    {
        Stream stream = open();
        stream.Position = offset > 0 ? offset : stream.Position;
        return stream;
    }

    private async Task<bool> IsPresentAsync(Digest digest, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await connection.SendAsync(
            HttpMethod.Head, $"v2/{repository}/blobs/{digest}", new RegistryScope(repository, Push: true), null, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => true,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw RegistryProblem.Denied(connection, repository, push: true),
            _ => false,
        };
    }

    private async Task<bool> TryMountAsync(Digest digest, IReadOnlyList<string> mountFrom, CancellationToken cancellationToken)
    {
        foreach (string from in mountFrom.Where(from => from != repository))
        {
            using HttpResponseMessage response = await connection.SendAsync(
                HttpMethod.Post,
                $"v2/{repository}/blobs/uploads/?mount={Uri.EscapeDataString(digest.ToString())}&from={Uri.EscapeDataString(from)}",
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
}
