using Slipway.Foundation.Files;

namespace Slipway.Foundation.Http;

/// <summary>A response's body that fails when no byte comes for too long, and names the server in what it throws.</summary>
internal sealed class StallGuardStream(Stream body, Uri address, TimeSpan stallTimeout, TimeProvider clock) : ForwardStream
{
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

    public override int Read(Span<byte> buffer) => body.Read(buffer);

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            body.Dispose();
        }

        base.Dispose(disposing);
    }
}
