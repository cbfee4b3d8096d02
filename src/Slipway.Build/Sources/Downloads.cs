using System.Collections.Concurrent;
using System.Globalization;
using System.Net;
using System.Net.Http.Headers;
using Slipway.Build.Contexts;
using Slipway.Foundation.Files;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Store;

namespace Slipway.Build.Sources;

/// <summary>
/// Downloads, for contexts and for ADD. A file is kept as a blob of the store; the next build asks the server only whether it changed, and with a checksum not even that.
/// </summary>
/// <param name="store">Where files are kept.</param>
/// <param name="http">Sends the requests, patiently.</param>
/// <param name="options">How large a file may be, and whether anything may be asked at all.</param>
public sealed class Downloads(ImageStore store, Func<Uri, HttpPolicy> http, SourceOptions options)
{
    private const string EntityTag = "etag", LastModified = "last-modified", Name = "name", Content = "digest", Size = "size";
    private readonly ConcurrentDictionary<Uri, Lazy<Task<RemoteFile>>> _fetched = new();

    /// <exception cref="DiagnosticException">The file cannot be had, or is another than the checksum says.</exception>
    public async Task<RemoteFile> FetchAsync(Uri url, string? checksum, CancellationToken cancellationToken)
    {
        if (checksum is not null && !Digest.TryParse(checksum, out _))
        {
            throw new DiagnosticException("bad-checksum", $"'{checksum}' is not a checksum", "write --checksum=sha256: and 64 lower-case hexadecimal digits");
        }

        RemoteFile file = await _fetched.GetOrAdd(url, u => new Lazy<Task<RemoteFile>>(() => DownloadAsync(u, checksum, cancellationToken))).Value;
        return checksum is null || file.Digest.ToString() == checksum ? file : throw new DiagnosticException(
            "checksum-mismatch", $"{SafeAddress.Of(url)} has the digest {file.Digest}, not {checksum}",
            "the file changed or was tampered with; check where it comes from before changing the checksum");
    }

    /// <summary>The file as it was the last time, if it is still here.</summary>
    public async Task<RemoteFile?> FindAsync(Uri url, CancellationToken cancellationToken) =>
        Read(await store.Keys.GetAsync(KeyOf(url).ToDigest(), cancellationToken));

    private async Task<RemoteFile> DownloadAsync(Uri url, string? checksum, CancellationToken cancellationToken)
    {
        RemoteFile? known = await FindAsync(url, cancellationToken);
        if (known is not null && (options.Offline || known.Digest.ToString() == checksum))
        {
            return known;
        }

        try
        {
            // All of it again after a broken connection: a server that cannot give parts is as common as one that can.
            return await http(url).RetryAsync(token => AskAsync(url, known, token), cancellationToken);
        }
        catch (HttpFailureException e) when (e.Failure == HttpFailure.Offline)
        {
            throw new DiagnosticException("offline", $"{SafeAddress.Of(url)} is not here, and --offline forbids to download it", "build once without --offline");
        }
        catch (HttpFailureException e)
        {
            throw new DiagnosticException("download-failed", $"{SafeAddress.Of(url)} cannot be downloaded: {e.Message}", "check the address, the network and the proxy settings");
        }
    }

    private async Task<RemoteFile> AskAsync(Uri url, RemoteFile? known, CancellationToken cancellationToken)
    {
        HttpPolicy policy = http(url);
        using HttpRequestMessage request = Request(url, known);
        using HttpResponseMessage response = await policy.SendOnceAsync(request, cancellationToken);
        if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
        {
            return known;
        }

        if (!response.IsSuccessStatusCode)
        {
            throw new DiagnosticException(
                "download-failed", $"{SafeAddress.Of(url)} answered {(int)response.StatusCode} {response.ReasonPhrase}",
                response.StatusCode is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden ? "it is not for everybody; fetch it in a RUN with a secret, or put it into the context" : "check the address");
        }

        return await StoreAsync(policy, url, response, cancellationToken);
    }

    private static HttpRequestMessage Request(Uri url, RemoteFile? known)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, url);
        if (known?.EntityTag is { } tag && EntityTagHeaderValue.TryParse(tag, out EntityTagHeaderValue? parsed))
        {
            request.Headers.IfNoneMatch.Add(parsed);
        }
        else if (known?.Modified is { } time)
        {
            request.Headers.IfModifiedSince = time;
        }

        return request;
    }

    private async Task<RemoteFile> StoreAsync(HttpPolicy policy, Uri url, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        long? announced = response.Content.Headers.ContentLength;
        await using Stream body = new LimitedStream(await policy.OpenBodyAsync(response, cancellationToken), options.LargestSource, SafeAddress.Of(url));
        await using BlobWriter writer = store.Blobs.CreateWriter();
        await body.CopyToAsync(writer, cancellationToken);
        if (announced is { } size && size != writer.Length)
        {
            throw new HttpFailureException(HttpFailure.Broken, url, $"{writer.Length} of {size} bytes came.");
        }

        Digest digest = await writer.CommitAsync(null, announced, cancellationToken);
        var file = new RemoteFile(digest, store.Blobs.SizeOf(digest)!.Value, NameOf(url, response), response.Headers.ETag?.ToString(), response.Content.Headers.LastModified);
        Dictionary<string, string> values = new()
        {
            [Content] = digest.ToString(),
            [Size] = file.Size.ToString(CultureInfo.InvariantCulture),
            [Name] = file.Name,
            [EntityTag] = file.EntityTag ?? "",
            [LastModified] = file.Modified?.ToUnixTimeSeconds().ToString(CultureInfo.InvariantCulture) ?? "",
        };
        KeyBuilder key = KeyOf(url);
        await store.Keys.PutAsync(key.ToDigest(), new KeyRecord { Operation = $"download {SafeAddress.Of(url)}", Parts = key.Parts, Values = values }, cancellationToken);
        return file;
    }

    private RemoteFile? Read(KeyRecord? record)
    {
        if (record is null || !Digest.TryParse(record.Values.GetValueOrDefault(Content), out Digest digest) || !store.Blobs.Exists(digest))
        {
            return null;
        }

        string modified = record.Values.GetValueOrDefault(LastModified, "");
        string tag = record.Values.GetValueOrDefault(EntityTag, "");
        return new RemoteFile(
            digest, long.Parse(record.Values[Size], CultureInfo.InvariantCulture), record.Values[Name], tag.Length > 0 ? tag : null,
            modified.Length > 0 ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(modified, CultureInfo.InvariantCulture)) : null);
    }

    // A password or signature in an address stays out of the store.
    private static KeyBuilder KeyOf(Uri url) => new KeyBuilder().Add("download", Digest.Of(url.ToString()).ToString());

    // The server's name for it, else the last name of the path; never a path.
    private static string NameOf(Uri url, HttpResponseMessage response)
    {
        string? given = response.Content.Headers.ContentDisposition is { } d ? d.FileNameStar ?? d.FileName?.Trim('"') : null;
        string name = Path.GetFileName(given ?? Uri.UnescapeDataString(url.AbsolutePath));
        return name is "" or "." or ".." ? "download" : name;
    }
}

/// <summary>A downloaded file.</summary>
public sealed record RemoteFile(Digest Digest, long Size, string Name, string? EntityTag, DateTimeOffset? Modified)
{
    /// <summary>With the mode that docker gives to downloads (dockerfile.md A2, ADD).</summary>
    public SingleFileTree AsTree(BlobStore blobs) => new(Name, 0x180, Size, Digest, () => blobs.OpenRead(Digest));
}
