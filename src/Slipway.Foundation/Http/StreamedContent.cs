using System.Net;

namespace Slipway.Foundation.Http;

/// <summary>
/// A request's body read from a stream that is opened when the request is sent; with an unknown size it is sent in chunks (RFC 9112, 7.1).
/// While its bytes move, the request does not count as stalled.
/// </summary>
public sealed class StreamedContent(Func<Stream> open, long? size, Action<int>? moved = null) : HttpContent
{
    private const int BufferSize = 256 * 1024;

    /// <summary>Tells the policy that the transfer moves.</summary>
    internal Action? Alive { get; set; }

    protected override Task SerializeToStreamAsync(Stream stream, TransportContext? context) =>
        SerializeToStreamAsync(stream, context, CancellationToken.None);

    protected override async Task SerializeToStreamAsync(Stream stream, TransportContext? context, CancellationToken cancellationToken)
    {
        await using Stream source = open();
        byte[] buffer = new byte[BufferSize];
        int read;
        while ((read = await source.ReadAsync(buffer, cancellationToken)) > 0)
        {
            await stream.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            Alive?.Invoke();
            moved?.Invoke(read);
        }
    }

    protected override bool TryComputeLength(out long length)
    {
        length = size ?? 0;
        return size is not null;
    }
}
