using Slipway.Foundation.Files;
using Slipway.Images.Compression;

namespace Slipway.Images.Store;

/// <summary>
/// The tar of a layer whose blob is still being fetched. It ends only when the whole blob is in the store, verified; what goes wrong with the fetching is thrown
/// in place of whatever its consequences are here.
/// </summary>
internal sealed class ArrivingTar(GrowingBlob blob, Task fetch) : ForwardStream
{
    private Stream? _tar;

    /// <summary>Ends when the blob is in the store; throws why it is not.</summary>
    public Task Fetched => fetch;

    public override int Read(Span<byte> buffer)
    {
        int read;
        try
        {
            _tar ??= Decompressor.OpenDetected(blob.OpenAt(0), out _);
            read = _tar.Read(buffer);
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            fetch.GetAwaiter().GetResult();
            throw;
        }

        if (read == 0 && buffer.Length > 0)
        {
            fetch.GetAwaiter().GetResult();
        }

        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _tar?.Dispose();
            ((IAsyncResult)fetch).AsyncWaitHandle.WaitOne(); // the layer is locked as long as it is written
            _ = fetch.Exception; // who read to the end has heard of it
            blob.Dispose();
        }

        base.Dispose(disposing);
    }
}
