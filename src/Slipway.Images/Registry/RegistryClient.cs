using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Images.Model;
using Slipway.Images.Store;

namespace Slipway.Images.Registry;

/// <summary>
/// One registry by the OCI distribution specification 1.1 (and Docker's API v2, which it grew from). Nothing it gives out is trusted by others before
/// its digest was checked. Every method throws <see cref="DiagnosticException"/> when the registry cannot be reached or refuses.
/// </summary>
public sealed class RegistryClient : IDisposable
{
    /// <summary>The largest manifest registries must take (distribution-spec, "Pushing Manifests").</summary>
    private const int LargestManifest = 4 * 1024 * 1024;
    private const int LargestTagPage = 4 * 1024 * 1024;
    private const int MostTags = 10_000;

    private static readonly string[] ManifestTypes =
        [MediaTypes.OciIndex, MediaTypes.OciManifest, MediaTypes.DockerManifestList, MediaTypes.DockerManifest];

    private readonly RegistryConnection _connection;

    /// <param name="registry">The registry as references name it, <c>host[:port]</c> or <c>docker.io</c>.</param>
    /// <param name="options">What the user decided.</param>
    /// <param name="clock">For waits and time limits.</param>
    public RegistryClient(string registry, RegistryOptions options, TimeProvider clock) =>
        _connection = new RegistryConnection(RegistryEndpoint.Of(registry, options), options, clock);

    public string Registry => _connection.Endpoint.Registry;

    internal RegistryConnection Connection => _connection;

    /// <summary>Makes sure that a registry answers there.</summary>
    public Task PingAsync(CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        using HttpResponseMessage response = await _connection.SendAsync(HttpMethod.Get, "v2/", RegistryScope.Registry, null, cancellationToken);
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden))
        {
            throw await RegistryProblem.UnexpectedAsync(response, _connection, "/v2/; this seems to be no registry", cancellationToken);
        }

        return true;
    });

    /// <summary>What a tag or digest names, without fetching it; null when the registry does not have it.</summary>
    public Task<Descriptor?> ResolveAsync(string repository, string reference, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        using (HttpResponseMessage? response = await RequestManifestAsync(_connection.SendAsync, HttpMethod.Head, repository, reference, cancellationToken))
        {
            if (response is null)
            {
                return null;
            }

            if (response.Headers.TryGetValues("Docker-Content-Digest", out IEnumerable<string>? values) && Digest.TryParse(values.First(), out Digest digest)
                && response.Content.Headers is { ContentLength: { } size, ContentType.MediaType: { } mediaType })
            {
                return new Descriptor(mediaType, digest, size);
            }
        }

        return (await TryGetManifestAsync(repository, reference, cancellationToken))?.Descriptor;
    });

    /// <summary>The manifest or index that a tag or digest names; null when the registry does not have it.</summary>
    public Task<FetchedManifest?> TryGetManifestAsync(string repository, string reference, CancellationToken cancellationToken) =>
        GuardAsync(() => _connection.Policy.RetryAsync(token => GetManifestOnceAsync(repository, reference, token), cancellationToken));

    /// <summary>A blob's bytes, at most as many as the descriptor says, resumed after broken connections. The reader checks the digest.</summary>
    public Stream OpenBlob(string repository, Descriptor blob, IProgress<TransferProgress>? progress) =>
        new ResumingBlobStream(_connection, repository, blob, new TransferMeter(progress, blob.Digest, blob.Size, _connection.Clock));

    public Task<bool> HasBlobAsync(string repository, Digest digest, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        using HttpResponseMessage response = await _connection.SendAsync(
            HttpMethod.Head, $"v2/{repository}/blobs/{digest}", new RegistryScope(repository, Push: true), null, cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.OK => true,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw RegistryProblem.Denied(_connection, repository, push: true),
            _ => false,
        };
    });

    /// <summary>Brings a blob into the registry, unless it is there: by a mount from another repository if that works, else by upload.</summary>
    /// <param name="repository">Where to.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="mountFrom">Repositories of this registry that may have it; asked for only if this one does not.</param>
    /// <param name="open">Opens its bytes; asked for only if they must be sent, perhaps more than once.</param>
    /// <param name="progress">Hears of the bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    public Task<BlobPush> PushBlobAsync(
        string repository,
        Descriptor blob,
        Func<CancellationToken, Task<IReadOnlyList<string>>> mountFrom,
        Func<CancellationToken, Task<Func<Stream>>> open,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken) =>
        GuardAsync(() => new BlobUpload(_connection, repository, progress).RunAsync(blob, mountFrom, open, cancellationToken));

    /// <summary>As the other, with repositories that are known beforehand.</summary>
    public Task<BlobPush> PushBlobAsync(
        string repository,
        Descriptor blob,
        IReadOnlyList<string> mountFrom,
        Func<CancellationToken, Task<Func<Stream>>> open,
        IProgress<TransferProgress>? progress,
        CancellationToken cancellationToken) =>
        PushBlobAsync(repository, blob, _ => Task.FromResult(mountFrom), open, progress, cancellationToken);

    /// <summary>Sends a blob while it is made.</summary>
    /// <param name="repository">Where to.</param>
    /// <param name="item">The blob's name in the progress.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="whole">Gives its digest and size in the end.</param>
    /// <param name="progress">Hears of the bytes.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <returns>False when the registry takes only blobs whose digest is known; nothing was sent then.</returns>
    public Task<bool> StreamBlobAsync(
        string repository, string item, GrowingBlob blob, Task<Descriptor> whole, IProgress<TransferProgress>? progress, CancellationToken cancellationToken) =>
        GuardAsync(() => new BlobUpload(_connection, repository, progress).StreamAsync(item, blob, whole, cancellationToken));

    /// <summary>Stores a manifest or index under a tag or its digest. All it names must be there.</summary>
    public Task PutManifestAsync(
        string repository, string reference, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => GuardAsync(async () =>
    {
        using HttpResponseMessage response = await _connection.SendAsync(
            HttpMethod.Put,
            $"v2/{repository}/manifests/{reference}",
            new RegistryScope(repository, Push: true),
            request =>
            {
                request.Content = new ReadOnlyMemoryContent(bytes);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
            },
            cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.Accepted => true,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw RegistryProblem.Denied(_connection, repository, push: true),
            _ => throw await RegistryProblem.UnexpectedAsync(response, _connection, $"the manifest of {repository}:{reference}", cancellationToken),
        };
    });

    /// <summary>The tags of a repository, at most ten thousand; null when the registry does not know the repository or does not say.</summary>
    public Task<IReadOnlyList<string>?> TryListTagsAsync(string repository, CancellationToken cancellationToken) => GuardAsync<IReadOnlyList<string>?>(async () =>
    {
        List<string> tags = [];
        for (string? page = $"v2/{repository}/tags/list?n=1000"; page is not null && tags.Count < MostTags;)
        {
            using HttpResponseMessage response = await _connection.SendAsync(HttpMethod.Get, page, new RegistryScope(repository), null, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return null;
            }

            await using Stream body = await _connection.Policy.OpenBodyAsync(response, cancellationToken);
            byte[] json = await BoundedBody.ReadAsync(body, LargestTagPage, $"The list of tags of {repository}", cancellationToken);
            int before = tags.Count;
            tags.AddRange(ReadTags(json));
            page = tags.Count > before ? NextPage(response) : null;
        }

        return tags;
    });

    public void Dispose() => _connection.Dispose();

    private delegate Task<HttpResponseMessage> Sending(
        HttpMethod method, string path, RegistryScope scope, Action<HttpRequestMessage>? shape, CancellationToken cancellationToken);

    // Asked and read in one go: a body that breaks off is as passing a trouble as a request that is not answered.
    private async Task<FetchedManifest?> GetManifestOnceAsync(string repository, string reference, CancellationToken cancellationToken)
    {
        using HttpResponseMessage? response = await RequestManifestAsync(_connection.SendOnceAsync, HttpMethod.Get, repository, reference, cancellationToken);
        if (response is null)
        {
            return null;
        }

        await using Stream body = await _connection.Policy.OpenBodyAsync(response, cancellationToken);
        byte[] bytes = await BoundedBody.ReadAsync(body, LargestManifest, $"The manifest of {Registry}/{repository}", cancellationToken);
        return ManifestCheck.Run(Registry, repository, reference, response.Content.Headers.ContentType?.MediaType, bytes);
    }

    private async Task<HttpResponseMessage?> RequestManifestAsync(Sending send, HttpMethod method, string repository, string reference, CancellationToken cancellationToken)
    {
        HttpResponseMessage response = await send(
            method, $"v2/{repository}/manifests/{reference}", new RegistryScope(repository), request => request.Headers.Add("Accept", ManifestTypes), cancellationToken);
        if (response.StatusCode == HttpStatusCode.OK)
        {
            return response;
        }

        using (response)
        {
            return response.StatusCode switch
            {
                HttpStatusCode.NotFound => null,
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw RegistryProblem.Denied(_connection, repository, push: false),
                _ => throw await RegistryProblem.UnexpectedAsync(response, _connection, $"{repository}:{reference}", cancellationToken),
            };
        }
    }

    private static IReadOnlyList<string> ReadTags(byte[] json)
    {
        try
        {
            return JsonSerializer.Deserialize(json, RegistryJson.Default.TagList)?.Tags ?? [];
        }
        catch (JsonException e)
        {
            throw new InvalidDataException("The list of tags is not JSON.", e);
        }
    }

    // Link: </v2/…?last=x&n=1000>; rel="next" (RFC 8288).
    private static string? NextPage(HttpResponseMessage response)
    {
        string? link = response.Headers.TryGetValues("Link", out IEnumerable<string>? values) ? values.First() : null;
        int end = link is not null && link.StartsWith('<') ? link.IndexOf('>', StringComparison.Ordinal) : -1;
        return end > 0 && link!.Contains("next", StringComparison.Ordinal) ? link[1..end] : null;
    }

    private async Task<T> GuardAsync<T>(Func<Task<T>> work)
    {
        try
        {
            return await work();
        }
        catch (HttpFailureException e)
        {
            throw RegistryProblem.Of(e, _connection.Endpoint);
        }
    }
}
