using Slipway.Foundation.Text;

namespace Slipway.Foundation.Files;

/// <summary>Reads through to another stream, which it owns, and refuses to give more than so many bytes: a small archive may unpack to any size.</summary>
/// <param name="inner">The stream.</param>
/// <param name="limit">The greatest number of bytes.</param>
/// <param name="name">What messages call it.</param>
public sealed class LimitedStream(Stream inner, long limit, string name) : ForwardStream
{
    private long _taken;

    /// <exception cref="DiagnosticException">There is more.</exception>
    public override int Read(Span<byte> buffer) => Count(inner.Read(buffer));

    /// <exception cref="DiagnosticException">There is more.</exception>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default) =>
        Count(await inner.ReadAsync(buffer, cancellationToken));

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            inner.Dispose();
        }

        base.Dispose(disposing);
    }

    private int Count(int read) => (_taken += read) <= limit ? read : throw new DiagnosticException(
        "too-large", $"{name} has more than {ByteText.Of(limit)}", "if that is meant, raise the limit with SLIPWAY_MAX_SOURCE_SIZE, for example to 200g");
}
