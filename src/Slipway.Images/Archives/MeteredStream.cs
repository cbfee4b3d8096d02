using Slipway.Foundation.Files;
using Slipway.Images.Registry;

namespace Slipway.Images.Archives;

/// <summary>Reads through to another stream and counts. Synchronous reading, as of tar archives, can be stopped, too.</summary>
internal sealed class MeteredStream(Stream inner, TransferMeter meter, CancellationToken stop) : ForwardStream
{
    public override long Length => inner.Length;

    public override long Position
    {
        get => inner.Position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        stop.ThrowIfCancellationRequested();
        int read = inner.Read(buffer);
        meter.Add(read);
        return read;
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        int read = await inner.ReadAsync(buffer, cancellationToken);
        meter.Add(read);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }
}
