using Slipway.Foundation.Files;

namespace Slipway.Images.Layers;

/// <summary>A stretch of a tar file: one member's bytes.</summary>
internal sealed class TarSlice(FileStream tar, long start, long length) : ForwardStream
{
    private long _position;

    public override bool CanSeek => true;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => _position = value;
    }

    public override int Read(Span<byte> buffer)
    {
        int wanted = (int)Math.Clamp(length - _position, 0, buffer.Length);
        int read = RandomAccess.Read(tar.SafeFileHandle, buffer[..wanted], start + _position);
        _position += read;
        return read > 0 || wanted == 0 ? read : throw new InvalidDataException("The tar of a layer is shorter than its entries say.");
    }

    public override long Seek(long offset, SeekOrigin origin) => _position = origin switch
    {
        SeekOrigin.Begin => offset,
        SeekOrigin.Current => _position + offset,
        _ => length + offset,
    };

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            tar.Dispose();
        }

        base.Dispose(disposing);
    }
}
