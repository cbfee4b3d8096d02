using Slipway.Foundation.Files;
using System.Net;
using System.Net.Http.Headers;
using Slipway.Foundation.Http;
using Slipway.Images.Model;

namespace Slipway.Images.Registry;

/// <summary>
/// The bytes of a blob as they come from a registry. When the connection breaks, it goes on where it was (<c>Range</c>, RFC 9110, 14.2).
/// Exactly the announced number of bytes is given out, or it throws; whoever stores them checks the digest.
/// </summary>
internal sealed class ResumingBlobStream(RegistryConnection connection, string repository, Descriptor blob, TransferMeter? meter) : ForwardStream
{
    private const int MostResumptions = 100;
    private Stream? _body;
    private long _done;
    private int _failuresInARow, _resumptions;
    private bool _ended;

    public override long Length => blob.Size;

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
                _body ??= await RequestAsync(cancellationToken);
                int read = await _body.ReadAsync(buffer, cancellationToken);
                if (Take(read))
                {
                    return read;
                }
            }
            catch (HttpFailureException e) when (
                e.IsTransient && _failuresInARow < connection.Policy.MaxAttempts - 1 && _resumptions < MostResumptions)
            {
                await CloseAsync();
                await connection.Policy.WaitAsync(_failuresInARow++, e, cancellationToken);
                _resumptions++;
            }
            catch (HttpFailureException e)
            {
                throw RegistryProblem.Of(e, connection.Endpoint);
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
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing)
        {
            _body?.Dispose();
        }

        base.Dispose(disposing);
    }

    /// <summary>Counts what was read; false at the end of all bytes.</summary>
    private bool Take(int read)
    {
        if (read == 0)
        {
            _ended = _done == blob.Size ? true
                : throw new HttpFailureException(HttpFailure.Broken, connection.Endpoint.Root("http"),
                    $"{connection.Endpoint.Registry} ended the blob {blob.Digest.Short} after {_done} of {blob.Size} bytes.");
            return false;
        }

        _done += read;
        if (_done > blob.Size)
        {
            throw RegistryProblem.TooLong(connection.Endpoint, blob);
        }

        _failuresInARow = 0;
        meter?.Add(read);
        return true;
    }

    private async Task<Stream> RequestAsync(CancellationToken cancellationToken)
    {
        long from = _done;
        HttpResponseMessage response = await connection.SendOnceAsync(
            HttpMethod.Get,
            $"v2/{repository}/blobs/{blob.Digest}",
            new RegistryScope(repository),
            request => request.Headers.Range = from > 0 ? new RangeHeaderValue(from, null) : null,
            cancellationToken);
        try
        {
            if (response.StatusCode == HttpStatusCode.PartialContent && response.Content.Headers.ContentRange?.From != from)
            {
                throw new InvalidDataException($"{connection.Endpoint.Registry} sent another part of the blob {blob.Digest} than was asked for.");
            }

            if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.PartialContent))
            {
                throw await RegistryProblem.OfBlobAsync(response, connection, repository, blob, cancellationToken);
            }

            long skip = response.StatusCode == HttpStatusCode.OK ? from : 0;
            if (response.Content.Headers.ContentLength is { } length && length != blob.Size - from + skip)
            {
                throw length + from - skip > blob.Size ? RegistryProblem.TooLong(connection.Endpoint, blob) : RegistryProblem.TooShort(connection.Endpoint, blob);
            }

            Stream body = await connection.Policy.OpenBodyAsync(response, cancellationToken);
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
    private static async Task SkipAsync(Stream body, long count, CancellationToken cancellationToken)
    {
        byte[] buffer = count > 0 ? new byte[128 * 1024] : [];
        while (count > 0)
        {
            int read = await body.ReadAsync(buffer.AsMemory(0, (int)Math.Min(count, buffer.Length)), cancellationToken);
            count -= read > 0 ? read : throw new InvalidDataException("A blob became shorter while it was read.");
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
