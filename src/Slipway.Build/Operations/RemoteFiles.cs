using System.Collections.Concurrent;
using System.Net;
using System.Net.Http.Headers;
using Slipway.Build.Contexts;
using Slipway.Build.Graph;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Hashing;
using Slipway.Images.Store;

namespace Slipway.Build.Operations;

/// <summary>
/// Downloads of ADD. A file is kept as a blob of the store; the next build asks the server only whether it changed, and with a checksum not even that.
/// </summary>
internal sealed class RemoteFiles(BuildSession session)
{
    private const string EntityTag = "etag", LastModified = "last-modified", Name = "name", Content = "digest", Size = "size";
    private readonly ConcurrentDictionary<Uri, Lazy<Task<RemoteFile>>> _fetched = new();

    public async Task<RemoteFile> FetchAsync(Uri url, string? checksum, StepOrigin origin, CancellationToken cancellationToken)
    {
        if (checksum is not null && !Digest.TryParse(checksum, out _))
        {
            throw origin.Error("bad-checksum", $"'{checksum}' is not a checksum", "write --checksum=sha256: and 64 lower-case hexadecimal digits");
        }

        RemoteFile file = await _fetched.GetOrAdd(url, u => new Lazy<Task<RemoteFile>>(
            () => DownloadAsync(u, checksum, origin, cancellationToken))).Value;
        return checksum is null || file.Digest.ToString() == checksum ? file : throw origin.Error(
            "checksum-mismatch", $"{url} has the digest {file.Digest}, not {checksum}",
            "the file changed or was tampered with; check where it comes from before changing the checksum");
    }

    private async Task<RemoteFile> DownloadAsync(Uri url, string? checksum, StepOrigin origin, CancellationToken cancellationToken)
    {
        Digest key = new KeyBuilder().Add("download", url.ToString()).ToDigest();
        RemoteFile? known = Read(await session.Store.Keys.GetAsync(key, cancellationToken));
        if (known is not null && known.Digest.ToString() == checksum)
        {
            return known;
        }

        try
        {
            using var request = new HttpRequestMessage(HttpMethod.Get, url);
            if (known?.EntityTag is { } tag && EntityTagHeaderValue.TryParse(tag, out EntityTagHeaderValue? parsed))
            {
                request.Headers.IfNoneMatch.Add(parsed);
            }
            else if (known?.Modified is { } time)
            {
                request.Headers.IfModifiedSince = time;
            }

            using HttpResponseMessage response = await session.Http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
            {
                return known;
            }

            if (!response.IsSuccessStatusCode)
            {
                throw origin.Error("download-failed", $"{url} answered {(int)response.StatusCode} {response.ReasonPhrase}", "check the address");
            }

            return await StoreAsync(key, url, response, cancellationToken);
        }
        catch (HttpRequestException e)
        {
            throw origin.Error("download-failed", $"{url} cannot be downloaded: {e.Message}", "check the address, the network and the proxy settings");
        }
    }

    private async Task<RemoteFile> StoreAsync(Digest key, Uri url, HttpResponseMessage response, CancellationToken cancellationToken)
    {
        await using Stream body = await response.Content.ReadAsStreamAsync(cancellationToken);
        await using BlobWriter writer = session.Store.Blobs.CreateWriter();
        await body.CopyToAsync(writer, cancellationToken);
        Digest digest = await writer.CommitAsync(null, response.Content.Headers.ContentLength, cancellationToken);
        var file = new RemoteFile(
            digest, session.Store.Blobs.SizeOf(digest)!.Value, NameOf(url, response), response.Headers.ETag?.ToString(), response.Content.Headers.LastModified);
        Dictionary<string, string> values = new()
        {
            [Content] = digest.ToString(),
            [Size] = file.Size.ToString(),
            [Name] = file.Name,
            [EntityTag] = file.EntityTag ?? "",
            [LastModified] = file.Modified?.ToUnixTimeSeconds().ToString() ?? "",
        };
        await session.Store.Keys.PutAsync(key, new KeyRecord { Operation = $"download {url}", Values = values }, cancellationToken);
        return file;
    }

    private RemoteFile? Read(KeyRecord? record)
    {
        if (record is null || !Digest.TryParse(record.Values.GetValueOrDefault(Content), out Digest digest) || !session.Store.Blobs.Exists(digest))
        {
            return null;
        }

        string modified = record.Values.GetValueOrDefault(LastModified, "");
        string tag = record.Values.GetValueOrDefault(EntityTag, "");
        return new RemoteFile(
            digest, long.Parse(record.Values[Size]), record.Values[Name], tag.Length > 0 ? tag : null,
            modified.Length > 0 ? DateTimeOffset.FromUnixTimeSeconds(long.Parse(modified)) : null);
    }

    // The server's name for it, else the last name of the path; never a path.
    private static string NameOf(Uri url, HttpResponseMessage response)
    {
        string? given = response.Content.Headers.ContentDisposition is { } d ? d.FileNameStar ?? d.FileName?.Trim('"') : null;
        string name = Path.GetFileName(given ?? Uri.UnescapeDataString(url.AbsolutePath));
        return name is "" or "." or ".." ? "download" : name;
    }
}

/// <summary>A downloaded file.</summary>
internal sealed record RemoteFile(Digest Digest, long Size, string Name, string? EntityTag, DateTimeOffset? Modified)
{
    /// <summary>With the mode that docker gives to downloads (dockerfile.md A2, ADD).</summary>
    public SingleFileTree AsTree(BlobStore blobs) => new(Name, 0x180, Size, Digest, () => blobs.OpenRead(Digest));
}
