using Slipway.Foundation.Hashing;
using Slipway.Foundation.Http;
using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>What an upload sends.</summary>
/// <param name="OpenAt">Opens the bytes from a place on; waits for those that are not there yet.</param>
/// <param name="Whole">Gives the blob's digest and size, when they are known.</param>
/// <param name="InParts">Whether the first attempt may send what is there before all is.</param>
/// <param name="HasFailed">Whether there will be no more bytes, so that trying again is in vain.</param>
internal sealed record UploadSource(Func<long, Stream> OpenAt, Task<Descriptor> Whole, bool InParts, Func<bool> HasFailed);

/// <summary>
/// Sends one blob through as many sessions as it takes. What is known is sent in one PUT, what is still being made in one PATCH while it is made. After a broken
/// connection the registry is asked how much it has, and the rest is sent; only when it has forgotten does all start over.
/// </summary>
internal sealed class PatientUpload(RegistryConnection connection, string repository, TransferMeter meter)
{
    private const int MostResumptions = 100;

    /// <summary>A registry that refuses parts may cut the connection before its answer is heard; after so many times in vain the blob goes as a whole.</summary>
    private const int PartsInVain = 2;

    private UploadSession? _session;
    private bool _takesParts = true;

    /// <returns>False when the registry takes only whole blobs and this one is not known yet; nothing of it was sent then.</returns>
    /// <exception cref="HttpFailureException">The trouble did not pass.</exception>
    public async Task<bool> RunAsync(UploadSource source, CancellationToken cancellationToken)
    {
        long had = 0;
        int failuresInARow = 0;
        for (int resumptions = 0; ; resumptions++)
        {
            try
            {
                long? offset = await StartAsync(resumptions > 0, source, cancellationToken);
                if (offset is null)
                {
                    return true;
                }

                (had, failuresInARow) = (offset.Value, offset > had ? 0 : failuresInARow);
                _takesParts &= had > 0 || failuresInARow < PartsInVain;
                if (await SendAsync(source, offset.Value, cancellationToken) is { } done)
                {
                    return done;
                }

                throw new HttpFailureException(
                    HttpFailure.Broken, connection.Endpoint.Root("http"), $"{connection.Endpoint.Registry} did not put the parts of an upload to {repository} together.");
            }
            catch (HttpFailureException e) when (
                e.IsTransient && !source.HasFailed() && failuresInARow < connection.Policy.MaxAttempts - 1 && resumptions < MostResumptions)
            {
                await connection.Policy.WaitAsync(failuresInARow++, e, cancellationToken);
            }
        }
    }

    /// <summary>Opens a session, or finds out how far the broken one is; null when the blob turns out to be there.</summary>
    private async Task<long?> StartAsync(bool again, UploadSource source, CancellationToken cancellationToken)
    {
        if (again && _takesParts && _session is { } broken && await broken.OffsetAsync(cancellationToken) is { } offset)
        {
            return offset;
        }

        // The answer may have been lost, not the blob.
        if (again && source.Whole.IsCompletedSuccessfully && await IsPresentAsync((await source.Whole).Digest, cancellationToken))
        {
            return null;
        }

        _session = null;
        _session = await UploadSession.BeginAsync(connection, repository, cancellationToken);
        return 0;
    }

    /// <summary>Sends what the registry does not have; null when the session is of no use any more.</summary>
    private async Task<bool?> SendAsync(UploadSource source, long offset, CancellationToken cancellationToken)
    {
        meter.Restart(offset);
        UploadSession session = _session!;
        if (offset == 0 && (!source.InParts || !_takesParts))
        {
            Descriptor known = await source.Whole;
            return await session.CompleteAsync(known.Digest, () => source.OpenAt(0), known.Size, meter.Add, cancellationToken);
        }

        long? left = source.Whole.IsCompletedSuccessfully ? (await source.Whole).Size - offset : null;
        if (left < 0)
        {
            _session = null; // it has more than there is
            return null;
        }

        if (left != 0 && !await session.AppendAsync(() => source.OpenAt(offset), left, meter.Add, cancellationToken))
        {
            (_takesParts, _session) = (false, null);
            await session.CancelAsync(cancellationToken);
            return source.InParts ? false : null;
        }

        Descriptor whole = await source.Whole;
        if (await session.CompleteAsync(whole.Digest, null, 0, meter.Add, cancellationToken))
        {
            return true;
        }

        (_takesParts, _session) = (false, null); // the parts do not make the blob
        return null;
    }

    private async Task<bool> IsPresentAsync(Digest digest, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await connection.SendOnceAsync(
            HttpMethod.Head, $"v2/{repository}/blobs/{digest}", new RegistryScope(repository, Push: true), null, cancellationToken);
        return response.IsSuccessStatusCode;
    }
}
