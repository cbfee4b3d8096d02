using Slipway.Foundation.Files;

namespace Slipway.Images.Layers;

/// <summary>The bytes of a tar reader's current member as a stream.</summary>
internal sealed class TarData(TarReader reader, long length) : ForwardStream
{
    private long _position;

    public override long Length => length;

    public override long Position
    {
        get => _position;
        set => throw new NotSupportedException();
    }

    public override int Read(Span<byte> buffer)
    {
        int read = reader.ReadData(buffer);
        _position += read;
        return read;
    }
}
