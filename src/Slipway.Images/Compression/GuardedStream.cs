using Slipway.Foundation.Files;

namespace Slipway.Images.Compression;

/// <summary>What a decoder makes of a compressed stream, held to a limit. Disposing it disposes both.</summary>
internal sealed class GuardedStream : ForwardStream
{
    private readonly Counter _compressed;
    private readonly Stream _expanded;
    private readonly ExpansionLimit _limit;
    private long _length;

    public GuardedStream(Stream compressed, Func<Stream, Stream> open, ExpansionLimit limit)
    {
        _compressed = new Counter(compressed);
        _expanded = open(_compressed);
        _limit = limit;
    }

    public override int Read(Span<byte> buffer)
    {
        int read = _expanded.Read(buffer);
        _length += read;
        _limit.Check(_compressed.Length, _length);
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _expanded.Dispose();
            _compressed.Dispose();
        }

        base.Dispose(disposing);
    }

    private sealed class Counter(Stream source) : ForwardStream
    {
        private long _length;

        public override long Length => _length;

        public override int Read(Span<byte> buffer)
        {
            int read = source.Read(buffer);
            _length += read;
            return read;
        }

        protected override void Dispose(bool disposing)
        {
            if (disposing)
            {
                source.Dispose();
            }

            base.Dispose(disposing);
        }
    }
}
