using Slipway.Foundation.Hashing;
using Slipway.Foundation.Text;
using Slipway.Images.SharedCache;

namespace Slipway.Images.Store;

/// <summary>Layers that are fetched when somebody needs their bytes.</summary>
public sealed partial class LayerStore
{
    // The tar from whatever form is here, else while it is fetched. Under the layer's lock, until the stream is disposed.
    private async Task<Stream> OpenArrivingAsync(Digest diffId, BlobFetcher? fetcher, CancellationToken cancellationToken)
    {
        if (await TryOpenHereAsync(diffId, cancellationToken) is { } here)
        {
            return here;
        }

        if (FetchableBlob(diffId, static _ => true) is not { } blob || (fetcher ?? _blobs.Fetcher) is not { } from)
        {
            throw NotHere(diffId);
        }

        if (blob.Size < WorthSharing)
        {
            await FetchAsync(diffId, blob, from, null, cancellationToken);
            return await OpenSourceAsync(diffId, cancellationToken);
        }

        var growing = new TaskCompletionSource<GrowingBlob>(TaskCreationOptions.RunContinuationsAsynchronously);
        Task fetch = Task.Run(() => FetchAsync(diffId, blob, from, growing.SetResult, cancellationToken), cancellationToken);
        if (await Task.WhenAny(growing.Task, fetch) == fetch)
        {
            await fetch; // it failed before the first byte
        }

        return new ArrivingTar(await growing.Task, fetch);
    }

    // Reads an arriving tar, and reads it anew when a place with copies sent wrong bytes; that place is left out then.
    private static async Task<T> ReadArrivingAsync<T>(Func<Task<T>> read, Action beginAnew)
    {
        while (true)
        {
            try
            {
                return await read();
            }
            catch (BlobElsewhereException)
            {
                beginAnew();
            }
        }
    }

    private async Task<bool> TryFetchAsync(Digest diffId, Func<LayerBlob, bool> wanted, CancellationToken cancellationToken)
    {
        if (FetchableBlob(diffId, wanted) is not { } blob || _blobs.Fetcher is not { } from)
        {
            return false;
        }

        await FetchAsync(diffId, blob, from, null, cancellationToken);
        return true;
    }

    private LayerBlob? FetchableBlob(Digest diffId, Func<LayerBlob, bool> wanted) => KnownBlobs(diffId).FirstOrDefault(blob => blob.Origin is not null && wanted(blob));

    private async Task FetchAsync(Digest diffId, LayerBlob blob, BlobFetcher from, Action<GrowingBlob>? growing, CancellationToken cancellationToken)
    {
        try
        {
            if (growing is null)
            {
                await _blobs.PutAsync(token => from(blob.Descriptor, blob.Origin!, token), blob.Descriptor, cancellationToken);
                return;
            }

            // Whoever reads what comes has to begin anew, too, when it was wrong.
            await using Stream content = await from(blob.Descriptor, blob.Origin!, cancellationToken);
            await _blobs.PutAsync(content, blob.Descriptor, growing, cancellationToken);
        }
        catch (Exception e) when (e is InvalidDataException or DiagnosticException)
        {
            Lose(diffId, blob.Origin!);
            throw e is DiagnosticException ? e : new DiagnosticException(
                "corrupt-blob", $"A layer of {CacheOrigins.Describe(blob.Origin!)} came with the wrong bytes: {e.Message}",
                "Nothing of it was kept. Try again; if it stays so, the image must be pushed to the registry anew.");
        }
    }
}
