using System.Net;
using System.Net.Http.Headers;
using Slipway.Foundation.Http;

namespace Slipway.PyPi.Indexes.Metadata;

/// <summary>A file on a server that gives parts of files (RFC 9110, section 14). Parts that were read are not asked for again.</summary>
internal sealed class RemoteRanges : IRangeSource
{
    private readonly Func<RangeHeaderValue, CancellationToken, Task<Part?>> _ask;
    private readonly List<(long Offset, byte[] Bytes)> _parts = [];

    private RemoteRanges(Func<RangeHeaderValue, CancellationToken, Task<Part?>> ask, long length) => (_ask, Length) = (ask, length);

    public long Length { get; }

    /// <summary>Reads the end of the file, and so learns how long it is; null when the server gives no parts.</summary>
    /// <param name="address">The file.</param>
    /// <param name="size">Its length where it is known; some servers know parts only by their first byte.</param>
    /// <param name="tail">How much of the end to read.</param>
    /// <param name="prepare">Puts a login into a request.</param>
    /// <param name="policy">Sends the requests, patiently.</param>
    /// <param name="refused">What is thrown for an answer that is neither a part nor the whole.</param>
    /// <param name="cancellationToken">Ends it.</param>
    public static async Task<RemoteRanges?> TryOpenAsync(
        Uri address, long? size, int tail, Action<HttpRequestMessage> prepare, HttpPolicy policy, Func<HttpStatusCode, Exception> refused, CancellationToken cancellationToken)
    {
        var range = size is { } known ? new RangeHeaderValue(Math.Max(known - tail, 0), known - 1) : new RangeHeaderValue(null, tail);
        if (size == 0 || await AskAsync(range, cancellationToken) is not { } answer)
        {
            return null;
        }

        if (answer.Range?.Length is not { } length || answer.Range.From is not { } from || (size is not null && length != size) || from + answer.Bytes.Length != length)
        {
            return null;
        }

        var ranges = new RemoteRanges(AskAsync, length);
        ranges._parts.Add((from, answer.Bytes));
        return ranges;

        Task<Part?> AskAsync(RangeHeaderValue wanted, CancellationToken token) => policy.RetryAsync<Part?>(
            async attempt =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                request.Headers.Range = wanted;
                prepare(request);
                using HttpResponseMessage response = await policy.SendOnceAsync(request, attempt);
                if (response.StatusCode != HttpStatusCode.PartialContent)
                {
                    // Of a whole file nothing is read here.
                    return response.StatusCode is HttpStatusCode.OK or HttpStatusCode.RequestedRangeNotSatisfiable or HttpStatusCode.NotImplemented ? null : throw refused(response.StatusCode);
                }

                long most = wanted.Ranges.First() is { From: { } first, To: { } last } ? last - first + 1 : tail;
                await using Stream body = await policy.OpenBodyAsync(response, attempt);
                byte[] bytes = new byte[most + 1];
                int read = await body.ReadAtLeastAsync(bytes, bytes.Length, throwOnEndOfStream: false, attempt);
                return read <= most ? new Part(response.Content.Headers.ContentRange, bytes[..read]) : throw new InvalidDataException($"{SafeAddress.Of(address)} sent more than was asked for");
            },
            token);
    }

    public async ValueTask<ReadOnlyMemory<byte>> ReadAsync(long offset, int count, CancellationToken cancellationToken)
    {
        foreach ((long from, byte[] bytes) in _parts)
        {
            if (offset >= from && offset + count <= from + bytes.Length)
            {
                return bytes.AsMemory((int)(offset - from), count);
            }
        }

        if (await _ask(new RangeHeaderValue(offset, offset + count - 1), cancellationToken) is not { } answer)
        {
            throw new InvalidDataException("its server gave a part of it, and then no more");
        }

        if (answer.Bytes.Length != count || answer.Range is not { } part || part.From != offset || part.Length != Length)
        {
            throw new InvalidDataException("its server gave another part than was asked for");
        }

        _parts.Add((offset, answer.Bytes));
        return answer.Bytes;
    }

    private sealed record Part(ContentRangeHeaderValue? Range, byte[] Bytes);
}
