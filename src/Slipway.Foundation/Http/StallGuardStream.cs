namespace Slipway.Foundation.Http;

/// <summary>A response's body that fails when no byte comes for too long, and names the server in what it throws.</summary>
internal sealed class StallGuardStream(Stream body, Uri address, TimeSpan stallTimeout, TimeProvider clock) : Stream
{
    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position
    {
        get => throw new NotSupportedException();
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        ValueTask<int> read;
        using var stall = new CancellationTokenSource(stallTimeout, clock);
        using var both = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, stall.Token);
        try
        {
            read = body.ReadAsync(buffer, both.Token);
            return await read;
        }
        catch (OperationCanceledException) when (stall.IsCancellationRequested && !cancellationToken.IsCancellationRequested)
        {
            throw new HttpFailureException(HttpFailure.Stalled, address,
                $"{SafeAddress.Of(address)} sent nothing for {stallTimeout.TotalSeconds:0} seconds.");
        }
        catch (Exception e) when (e is IOException or HttpRequestException)
        {
            throw new HttpFailureException(HttpFailure.Broken, address, $"The connection to {SafeAddress.Of(address)} broke: {e.Message}", e);
        }
    }

    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    public override int Read(byte[] buffer, int offset, int count) => body.Read(buffer, offset, count);

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
        }

        base.Dispose(disposing);
    }
}
