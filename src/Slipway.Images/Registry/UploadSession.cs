using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Http;

namespace Slipway.Images.Registry;

/// <summary>One upload session of a registry (distribution-spec, "Pushing Blobs"); each method is one request, sent once.</summary>
internal sealed class UploadSession
{
    private readonly RegistryConnection _connection;
    private readonly string _repository;
    private Uri _location;

    private UploadSession(RegistryConnection connection, string repository, Uri location) =>
        (_connection, _repository, _location) = (connection, repository, location);

    /// <exception cref="HttpFailureException">The registry does not answer.</exception>
    public static async Task<UploadSession> BeginAsync(RegistryConnection connection, string repository, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await connection.SendOnceAsync(
            HttpMethod.Post, $"v2/{repository}/blobs/uploads/", new RegistryScope(repository, Push: true), null, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.Accepted when response.Headers.Location is { } location => new UploadSession(connection, repository, location),
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw RegistryProblem.Denied(connection, repository, push: true),
            _ => throw await RegistryProblem.UnexpectedAsync(response, connection, $"an upload to {repository}", cancellationToken),
        };
    }

    /// <summary>How many bytes the registry has; null when it does not know the session any more, or does not tell.</summary>
    public async Task<long?> OffsetAsync(CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Get, _location.OriginalString, null, cancellationToken);
        if (response.StatusCode is not (HttpStatusCode.NoContent or HttpStatusCode.OK or HttpStatusCode.Accepted)
            || !response.Headers.TryGetValues("Range", out IEnumerable<string>? ranges) || LastByte(ranges.First()) is not { } last)
        {
            return null;
        }

        _location = response.Headers.Location ?? _location;

        // "0-0" is what some registries say of one byte and of none.
        return last == 0 ? null : last + 1;
    }

    /// <summary>Sends bytes to the end of those the registry has.</summary>
    /// <returns>Whether the registry takes parts of a blob at all.</returns>
    /// <exception cref="HttpFailureException">The connection broke; some of the bytes may have arrived.</exception>
    public async Task<bool> AppendAsync(Func<Stream> open, long? length, Action<int> moved, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await SendAsync(HttpMethod.Patch, _location.OriginalString, () => Body(open, length, moved), cancellationToken);
        switch (response.StatusCode)
        {
            case HttpStatusCode.Accepted or HttpStatusCode.NoContent or HttpStatusCode.OK or HttpStatusCode.Created:
                _location = response.Headers.Location ?? _location;
                return true;
            case HttpStatusCode.NotFound or HttpStatusCode.RequestedRangeNotSatisfiable:
                throw Lost();
            case HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden:
                throw RegistryProblem.Denied(_connection, _repository, push: true);
            default:
                return false;
        }
    }

    /// <summary>Makes the session's bytes and these (or none) the blob.</summary>
    /// <returns>False when the registry says that the bytes are not those of the digest, or takes no more of them.</returns>
    /// <exception cref="HttpFailureException">The connection broke, or the session is gone.</exception>
    public async Task<bool> CompleteAsync(Digest digest, Func<Stream>? open, long length, Action<int> moved, CancellationToken cancellationToken)
    {
        string separator = _location.OriginalString.Contains('?', StringComparison.Ordinal) ? "&" : "?";
        string address = $"{_location.OriginalString}{separator}digest={Uri.EscapeDataString(digest.ToString())}";
        using HttpResponseMessage response = await SendAsync(
            HttpMethod.Put, address, () => open is null ? new ByteArrayContent([]) : Body(open, length, moved), cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.Created or HttpStatusCode.NoContent => true,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw RegistryProblem.Denied(_connection, _repository, push: true),

            // A registry that restarted, or several behind one name: a new session may work. 200 is what something in between says; whether the blob
            // arrived is then looked after.
            HttpStatusCode.NotFound or HttpStatusCode.OK => throw Lost(),
            HttpStatusCode.BadRequest or HttpStatusCode.RequestedRangeNotSatisfiable when open is null => false,
            _ => throw await RegistryProblem.UnexpectedAsync(response, _connection, $"the upload of {digest} to {_repository}", cancellationToken),
        };
    }

    /// <summary>Gives the session back; that a registry does not care is no trouble.</summary>
    public async Task CancelAsync(CancellationToken cancellationToken)
    {
        try
        {
            using HttpResponseMessage _ = await SendAsync(HttpMethod.Delete, _location.OriginalString, null, cancellationToken);
        }
        catch (HttpFailureException)
        {
            // Registries forget sessions by themselves.
        }
    }

    private static StreamedContent Body(Func<Stream> open, long? length, Action<int> moved)
    {
        var content = new StreamedContent(open, length, moved);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return content;
    }

    private Task<HttpResponseMessage> SendAsync(HttpMethod method, string address, Func<HttpContent>? body, CancellationToken cancellationToken) =>
        _connection.SendOnceAsync(
            method, address, new RegistryScope(_repository, Push: true), body is null ? null : request => request.Content = body(), cancellationToken);

    private HttpFailureException Lost() => new(
        HttpFailure.Broken, new Uri(_connection.Endpoint.Root("http"), _location), $"{_connection.Endpoint.Registry} lost an upload to {_repository}.");

    private static long? LastByte(string range)
    {
        string text = range.StartsWith("bytes=", StringComparison.Ordinal) ? range[6..] : range;
        return text.StartsWith("0-", StringComparison.Ordinal) && long.TryParse(text.AsSpan(2), NumberStyles.None, CultureInfo.InvariantCulture, out long last) ? last : null;
    }
}
