using Slipway.Foundation.Files;

namespace Slipway.Images.Store;

/// <summary>Copies everything that is read to a second stream, which stays the caller's.</summary>
internal sealed class TeeStream(Stream source, Stream copy) : ForwardStream
{
    public override int Read(Span<byte> buffer)
    {
        int read = source.Read(buffer);
        copy.Write(buffer[..read]);
        return read;
    }

    public override void Flush() => copy.Flush();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            source.Dispose();
        }

        base.Dispose(disposing);
    }
}
