using System.Net;
using System.Net.Http.Headers;
using System.Text.Json;
using Slipway.Foundation.Hashing;
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

    private readonly RegistryRouter _router;
    private readonly RegistryConnections? _own;

    /// <param name="registry">The registry as references name it, <c>host[:port]</c> or <c>docker.io</c>.</param>
    /// <param name="options">What the user decided.</param>
    /// <param name="clock">For waits and time limits.</param>
    public RegistryClient(string registry, RegistryOptions options, TimeProvider clock)
        : this(new RegistryRouter(registry, new RegistryConnections(options, clock), direct: false), registry) => _own = _router.Connections;

    internal RegistryClient(RegistryRouter router, string registry) => (_router, Registry) = (router, registry);

    /// <summary>The registry as references name it.</summary>
    public string Registry { get; }

    /// <summary>Where a repository really is.</summary>
    internal RegistryEndpoint EndpointOf(string repository) => _router.Origin(repository).Endpoint;

    /// <summary>Says that what is asked for next belongs to a tag: mirrors for tags may give it.</summary>
    internal void FollowTag(string repository) => _router.FollowTag(repository);

    /// <summary>As <see cref="RegistryConnection.ApproachAsync"/>, for a push.</summary>
    internal async Task ApproachAsync(string repository, CancellationToken cancellationToken)
    {
        try
        {
            RegistryTarget target = _router.Origin(repository);
            await target.Connection.ApproachAsync(new RegistryScope(target.Repository, Push: true), cancellationToken);
        }
        catch (DiagnosticException)
        {
            // The first real request tells it, too.
        }
    }

    /// <summary>Makes sure that a registry answers there.</summary>
    public Task PingAsync(CancellationToken cancellationToken) => _router.AtOriginAsync("", async target =>
    {
        using HttpResponseMessage response = await target.Connection.SendAsync(HttpMethod.Get, "v2/", RegistryScope.Registry, null, cancellationToken);
        if (response.StatusCode is not (HttpStatusCode.OK or HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden))
        {
            throw await RegistryProblem.UnexpectedAsync(response, target.Connection, "/v2/; this seems to be no registry", cancellationToken);
        }

        return true;
    });

    /// <summary>What a tag or digest names, without fetching it; null when nobody who is asked has it.</summary>
    public async Task<Descriptor?> ResolveAsync(string repository, string reference, CancellationToken cancellationToken)
    {
        Descriptor? found = await _router.AskAsync(repository, reference, async target =>
        {
            using (HttpResponseMessage? response = await RequestManifestAsync(target.Connection.SendAsync, target, HttpMethod.Head, reference, cancellationToken))
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

            return (await GetManifestAsync(target, reference, cancellationToken))?.Descriptor;
        });
        if (found is not null && !Digest.TryParse(reference, out _))
        {
            FollowTag(repository);
        }

        return found;
    }

    /// <summary>The manifest or index that a tag or digest names; null when nobody who is asked has it.</summary>
    public Task<FetchedManifest?> TryGetManifestAsync(string repository, string reference, CancellationToken cancellationToken) =>
        _router.AskAsync(repository, reference, target => GetManifestAsync(target, reference, cancellationToken));

    /// <summary>
    /// A blob's bytes, at most as many as the descriptor says, resumed after broken connections. The reader checks the digest, and asks again after a
    /// <see cref="BlobElsewhereException"/>.
    /// </summary>
    public Stream OpenBlob(string repository, Descriptor blob, IProgress<TransferProgress>? progress) => new ResumingBlobStream(
        new BlobPlaces(_router, repository, blob.Digest), blob, new TransferMeter(progress, blob.Digest, blob.Size, _router.Connections.Clock));

    /// <summary>A small blob, whole and with the right digest.</summary>
    /// <param name="repository">The repository.</param>
    /// <param name="blob">The blob.</param>
    /// <param name="limit">The largest number of bytes.</param>
    /// <param name="what">What it is, for messages.</param>
    /// <param name="cancellationToken">Gives up.</param>
    /// <exception cref="InvalidDataException">It is larger, or has another digest.</exception>
    public async Task<byte[]> ReadBlobAsync(string repository, Descriptor blob, int limit, string what, CancellationToken cancellationToken)
    {
        while (true)
        {
            try
            {
                await using Stream stream = OpenBlob(repository, blob, null);
                byte[] bytes = await BoundedBody.ReadAsync(stream, limit, what, cancellationToken);
                return Digest.Of(bytes) == blob.Digest ? bytes : throw new InvalidDataException($"{what} is corrupt.");
            }
            catch (BlobElsewhereException)
            {
                // The mirror that sent it is left out now.
            }
        }
    }

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
        _router.AtOriginAsync(repository, target => new BlobUpload(target.Connection, target.Repository, progress).RunAsync(
            blob, async token => ThereOf(target, await mountFrom(token)), open, cancellationToken));

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
        _router.AtOriginAsync(repository, target => new BlobUpload(target.Connection, target.Repository, progress).StreamAsync(item, blob, whole, cancellationToken));

    /// <summary>Stores a manifest or index under a tag or its digest. All it names must be there.</summary>
    public Task PutManifestAsync(
        string repository, string reference, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken) => _router.AtOriginAsync(
        repository, target => target.Connection.Policy.RetryAsync(token => PutManifestOnceAsync(target, reference, mediaType, bytes, token), cancellationToken));

    private static async Task<bool> PutManifestOnceAsync(
        RegistryTarget target, string reference, string mediaType, ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        using HttpResponseMessage response = await target.Connection.SendOnceAsync(
            HttpMethod.Put,
            $"v2/{target.Repository}/manifests/{reference}",
            new RegistryScope(target.Repository, Push: true),
            request =>
            {
                request.Content = new ReadOnlyMemoryContent(bytes);
                request.Content.Headers.ContentType = new MediaTypeHeaderValue(mediaType);
            },
            cancellationToken);
        return response.StatusCode switch
        {
            HttpStatusCode.Created or HttpStatusCode.OK or HttpStatusCode.Accepted => true,
            HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw RegistryProblem.Denied(target.Connection, target.Repository, push: true),
            _ => throw await RegistryProblem.OfPutManifestAsync(response, target.Connection, $"{target.Repository}:{reference}", cancellationToken),
        };
    }

    /// <summary>The tags of a repository, at most ten thousand; null when the registry does not know the repository or does not say.</summary>
    public Task<IReadOnlyList<string>?> TryListTagsAsync(string repository, CancellationToken cancellationToken) => _router.AtOriginAsync<IReadOnlyList<string>?>(repository, async target =>
    {
        List<string> tags = [];
        for (string? page = $"v2/{target.Repository}/tags/list?n=1000"; page is not null && tags.Count < MostTags;)
        {
            using HttpResponseMessage response = await target.Connection.SendAsync(HttpMethod.Get, page, new RegistryScope(target.Repository), null, cancellationToken);
            if (response.StatusCode != HttpStatusCode.OK)
            {
                return null;
            }

            await using Stream body = await target.Connection.Policy.OpenBodyAsync(response, cancellationToken);
            byte[] json = await BoundedBody.ReadAsync(body, LargestTagPage, $"The list of tags of {target.Repository}", cancellationToken);
            int before = tags.Count;
            tags.AddRange(ReadTags(json));
            page = tags.Count > before ? NextPage(response) : null;
        }

        return tags;
    });

    public void Dispose() => _own?.Dispose();

    private delegate Task<HttpResponseMessage> Sending(
        HttpMethod method, string path, RegistryScope scope, Action<HttpRequestMessage>? shape, CancellationToken cancellationToken);

    // Asked and read in one go: a body that breaks off is as passing a trouble as a request that is not answered.
    private static Task<FetchedManifest?> GetManifestAsync(RegistryTarget target, string reference, CancellationToken cancellationToken) =>
        target.Connection.Policy.RetryAsync(token => GetManifestOnceAsync(target, reference, token), cancellationToken);

    private static async Task<FetchedManifest?> GetManifestOnceAsync(RegistryTarget target, string reference, CancellationToken cancellationToken)
    {
        using HttpResponseMessage? response = await RequestManifestAsync(target.Connection.SendOnceAsync, target, HttpMethod.Get, reference, cancellationToken);
        if (response is null)
        {
            return null;
        }

        await using Stream body = await target.Connection.Policy.OpenBodyAsync(response, cancellationToken);
        byte[] bytes = await BoundedBody.ReadAsync(body, LargestManifest, $"The manifest of {target.Place.Name}", cancellationToken);
        return ManifestCheck.Run(target.Place.Registry, target.Repository, reference, response.Content.Headers.ContentType?.MediaType, bytes);
    }

    private static async Task<HttpResponseMessage?> RequestManifestAsync(
        Sending send, RegistryTarget target, HttpMethod method, string reference, CancellationToken cancellationToken)
    {
        string repository = target.Repository;
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
                HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden => throw RegistryProblem.Denied(target.Connection, repository, push: false),
                _ => throw await RegistryProblem.UnexpectedAsync(response, target.Connection, $"{repository}:{reference}", cancellationToken),
            };
        }
    }

    /// <summary>What repositories are called at a place; those that are elsewhere fall away.</summary>
    private IReadOnlyList<string> ThereOf(RegistryTarget target, IReadOnlyList<string> repositories) =>
        [.. repositories.Select(_router.OriginPlace).Where(place => place.Registry == target.Place.Registry).Select(place => place.Repository)];

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
}
