using System.Net;
using System.Net.Http.Headers;
using Slipway.Foundation.Files;
using Slipway.Foundation.Text;

namespace Slipway.Foundation.Http;

/// <summary>
/// The bytes of a download as they come. When the connection breaks, it goes on where it was (<c>Range</c>, RFC 9110, 14.2), also at servers that know no
/// ranges. Exactly the announced number of bytes is given out, or it throws; whoever stores them checks the digest. Deriving classes say how one asks.
/// </summary>
/// <param name="policy">How patient it is; null: the deriving class says so in <see cref="Policy"/>.</param>
/// <param name="address">The address in messages; null: as with the policy.</param>
/// <param name="size">How many bytes there are; null: as many as the server says.</param>
/// <param name="start">How many of them are there already.</param>
public abstract class ResumingStream(HttpPolicy? policy, Uri? address, long? size, long start = 0) : ForwardStream
{
    private const int MostResumptions = 100;
    private Stream? _body;
    private long? _size = size;
    private long _done = start;
    private int _failuresInARow, _resumptions;
    private bool _ended;

    /// <summary>How patient it is.</summary>
    protected virtual HttpPolicy Policy => policy!;

    /// <summary>The address in messages.</summary>
    protected virtual Uri Address => address!;

    public override long Length => _size ?? throw new NotSupportedException();

    public override long Position
    {
        get => _done;
        set => throw new NotSupportedException();
    }

    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        while (!_ended && buffer.Length > 0)
        {
            try
            {
                _body ??= await OpenAsync(cancellationToken);
                int read = _ended ? 0 : await _body.ReadAsync(buffer, cancellationToken);
                if (Take(buffer.Span[..read]))
                {
                    return read;
                }
            }
            catch (HttpFailureException e) when (e.IsTransient && _failuresInARow < Policy.MaxAttempts - 1 && _resumptions < MostResumptions)
            {
                await CloseAsync();
                await Policy.WaitAsync(_failuresInARow++, e, cancellationToken);
                _resumptions++;
            }
            catch (Exception e) when (e is HttpFailureException or DiagnosticException or InvalidDataException)
            {
                await CloseAsync();
                if (!GoesElsewhere(e))
                {
                    throw e is HttpFailureException failure ? Failed(failure) : e;
                }

                _failuresInARow = 0;
            }
        }

        return 0;
    }

    public override int Read(byte[] buffer, int offset, int count) =>
        ReadAsync(buffer.AsMemory(offset, count), CancellationToken.None).AsTask().GetAwaiter().GetResult();

    public override int Read(Span<byte> buffer)
    {
        byte[] bytes = new byte[buffer.Length];
        int read = Read(bytes, 0, bytes.Length);
        bytes.AsSpan(0, read).CopyTo(buffer);
        return read;
    }

    public override async ValueTask DisposeAsync()
    {
        await CloseAsync();
        await base.DisposeAsync();
        GC.SuppressFinalize(this);
    }

    /// <summary>Asks once for the bytes, with the range if there is one; every status but 200 and 206 is the deriving class's to turn into an exception.</summary>
    protected abstract Task<HttpResponseMessage> AskAsync(RangeHeaderValue? range, CancellationToken cancellationToken);

    /// <summary>What is thrown for a failure that no patience helps against.</summary>
    protected abstract Exception Failed(HttpFailureException failure);

    /// <summary>What is thrown when the server has another number of bytes than were announced.</summary>
    protected abstract Exception WrongSize(bool isTooLong);

    /// <summary>Is told of all bytes that are given out.</summary>
    protected virtual void Moved(ReadOnlySpan<byte> bytes)
    {
    }

    /// <summary>Is told when all bytes were given out; may throw in place of the end.</summary>
    protected virtual void Ended()
    {
    }

    /// <summary>Whether the rest is asked for at another place after a failure here; the deriving class then asks there.</summary>
    protected virtual bool GoesElsewhere(Exception failure) => false;

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _body?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Counts what was read; false at the end of all bytes.</summary>
    private bool Take(ReadOnlySpan<byte> bytes)
    {
        if (bytes.Length == 0)
        {
            _ended = (_size ?? _done) == _done ? true
                : throw new HttpFailureException(HttpFailure.Broken, Address, $"{SafeAddress.Of(Address)} ended after {_done} of {_size} bytes.");
            Ended();
            return false;
        }

        if (_done + bytes.Length > _size)
        {
            throw WrongSize(isTooLong: true);
        }

        _done += bytes.Length;
        _failuresInARow = 0;
        Moved(bytes);
        return true;
    }

    private async Task<Stream> OpenAsync(CancellationToken cancellationToken)
    {
        long from = _done;
        if (from > 0 && from == _size)
        {
            _ended = true; // all was there; a server would refuse the empty range
            return Stream.Null;
        }

        HttpResponseMessage response = await AskAsync(from > 0 ? new RangeHeaderValue(from, null) : null, cancellationToken);
        try
        {
            if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From != from)
            {
                throw new InvalidDataException($"{SafeAddress.Of(Address)} sent another part than was asked for.");
            }

            long skip = response.StatusCode == HttpStatusCode.OK ? from : 0;
            if (response.Content.Headers.ContentLength is { } length)
            {
                _size ??= length + from - skip;
                if (length != _size - from + skip)
                {
                    throw WrongSize(isTooLong: length + from - skip > _size);
                }
            }

            Stream body = await Policy.OpenBodyAsync(response, cancellationToken);
            await SkipAsync(body, skip, cancellationToken);
            return body;
        }
        catch
        {
            response.Dispose();
            throw;
        }
    }

    // For servers that do not know ranges.
    private async Task SkipAsync(Stream body, long count, CancellationToken cancellationToken)
    {
        byte[] buffer = count > 0 ? new byte[128 * 1024] : [];
        while (count > 0)
        {
            int read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(count, buffer.Length)), cancellationToken);
            count -= read > 0 ? read : throw new InvalidDataException($"{SafeAddress.Of(Address)} became shorter while it was read.");
        }
    }

    private async Task CloseAsync()
    {
        if (_body is { } body)
        {
            _body = null;
            await body.DisposeAsync();
        }
    }
}
