using System.Collections.Concurrent;
using System.Net;
using System.Security.Cryptography;
using Microsoft.Win32.SafeHandles;
using Slipway.Foundation.Files;
using Slipway.Foundation.Http;
using Slipway.Foundation.Text;
using Slipway.Packages.Archives;
using Slipway.PyPi.Indexes.Caching;

namespace Slipway.PyPi.Indexes.Metadata;

/// <summary>
/// Finds out what a file says of itself, by the cheapest way that there is: what is kept from before; the metadata that the index offers alone (PEP 658), checked against their
/// digest; the end of the wheel and its METADATA; the whole file.
/// </summary>
internal sealed class MetadataFetcher(
    IndexCache cache, IndexSettings settings, IndexAccess access, Func<Uri, HttpPolicy> http, Func<IndexFile, CancellationToken, Task<string>> archive, SemaphoreSlim gate)
{
    private const long LargestMetadata = 64 << 20;
    private readonly ConcurrentDictionary<string, bool> _withoutRanges = new(StringComparer.OrdinalIgnoreCase);

    /// <summary>The metadata; null: only building the source distribution says them.</summary>
    /// <exception cref="DiagnosticException">They cannot be had, or have another digest than the index says.</exception>
    /// <exception cref="FormatException">They cannot be understood, or are those of something else.</exception>
    public async Task<CoreMetadata?> FetchAsync(IndexFile file, CancellationToken cancellationToken)
    {
        string? key = file.Sha256 is { } sha256 ? $"{sha256} {file.FileName}" : null;
        if (key is not null && cache.FindMetadata(key) is { } kept)
        {
            return Read(file, kept);
        }

        byte[]? bytes = await FetchBytesAsync(file, cancellationToken);
        if (bytes is null)
        {
            return null;
        }

        byte[] head = CoreMetadataReader.HeadOf(bytes).ToArray();
        CoreMetadata? metadata = Read(file, head);
        if (key is not null)
        {
            cache.PutMetadata(key, head);
        }

        return metadata;
    }

    private static CoreMetadata? Read(IndexFile file, byte[] head)
    {
        CoreMetadata metadata;
        try
        {
            metadata = CoreMetadata.Read(head);
        }
        catch (FormatException) when (file.IsSource)
        {
            return null; // building it may say better
        }

        if (metadata.Project != file.Project || metadata.Version != file.Version)
        {
            throw new FormatException($"{file.FileName} says of itself that it is {metadata.Name} {metadata.Version}");
        }

        return file.IsSource && !metadata.IsStatic ? null : metadata;
    }

    private async Task<byte[]?> FetchBytesAsync(IndexFile file, CancellationToken cancellationToken)
    {
        var address = new Uri(file.Url);
        if (address.IsFile)
        {
            return await OfArchiveAsync(file, address.LocalPath, cancellationToken);
        }

        Uri place = AddressMirrors.PlacesOf(settings.Mirrors, address)[0];
        await gate.WaitAsync(cancellationToken);
        try
        {
            byte[]? bytes = file.HasMetadata ? await AloneAsync(file, place, cancellationToken) : null;
            bytes ??= file.Wheel is not null && !_withoutRanges.ContainsKey(place.Authority) ? await OfTailAsync(file, place, cancellationToken) : null;
            if (bytes is not null)
            {
                return bytes;
            }
        }
        catch (HttpFailureException e)
        {
            throw e.Failure == HttpFailure.Offline
                ? new DiagnosticException("offline", $"What {file.FileName} needs is not kept here, and --offline forbids to ask for it.", "Run it once without --offline.")
                : new DiagnosticException("metadata-unreachable", $"What {file.FileName} needs cannot be asked for: {e.Message}", "Try again; what came so far is kept.");
        }
        finally
        {
            gate.Release();
        }

        return await OfArchiveAsync(file, await archive(file, cancellationToken), cancellationToken);
    }

    // Null when the server does not have what the index announces.
    private async Task<byte[]?> AloneAsync(IndexFile file, Uri place, CancellationToken cancellationToken)
    {
        var address = new UriBuilder(place) { Path = place.AbsolutePath + ".metadata" }.Uri;
        byte[]? bytes = await http(address).RetryAsync<byte[]?>(
            async token =>
            {
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                access.Authorize(request);
                HttpPolicy policy = http(address);
                using HttpResponseMessage response = await policy.SendOnceAsync(request, token);
                if (response.StatusCode != HttpStatusCode.OK)
                {
                    return response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone ? null : throw Refused(file, address, response.StatusCode);
                }

                await using Stream body = new LimitedStream(await policy.OpenBodyAsync(response, token), LargestMetadata, SafeAddress.Of(address));
                using var all = new MemoryStream();
                await body.CopyToAsync(all, token);
                return all.ToArray();
            },
            cancellationToken);
        if (bytes is not null && file.MetadataHash is { } expected && !string.Equals(HashOf(expected.Kind, bytes), expected.Hex, StringComparison.Ordinal))
        {
            throw new DiagnosticException(
                "hash-mismatch", $"The metadata of {file.FileName} are not those that its index announces: their {expected.Name} is {HashOf(expected.Kind, bytes)}, and the index says {expected.Hex}.",
                "Try again; if it stays so, the index or a mirror of it is broken, or somebody has exchanged the file.");
        }

        return bytes;
    }

    private async Task<byte[]?> OfTailAsync(IndexFile file, Uri place, CancellationToken cancellationToken)
    {
        try
        {
            RemoteRanges? ranges = await RemoteRanges.TryOpenAsync(
                place, file.Size, WheelMetadata.TailLength, access.Authorize, http(place), status => Refused(file, place, status), cancellationToken);
            if (ranges is not null)
            {
                return await WheelMetadata.ReadAsync(ranges, file.Wheel!, cancellationToken);
            }

            _withoutRanges[place.Authority] = true;
            return null;
        }
        catch (InvalidDataException)
        {
            return null; // the whole file has a digest, and so tells what is wrong
        }
    }

    private static async Task<byte[]?> OfArchiveAsync(IndexFile file, string path, CancellationToken cancellationToken)
    {
        try
        {
            if (file.IsSource)
            {
                return await SourceMetadata.ReadAsync(path, cancellationToken);
            }

            using SafeFileHandle handle = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.Read | FileShare.Delete);
            return await WheelMetadata.ReadAsync(new LocalRanges(handle), file.Wheel!, cancellationToken);
        }
        catch (InvalidDataException e)
        {
            throw new FormatException($"{file.FileName} cannot be read: {e.Message}", e);
        }
    }

    private static string HashOf(ArchiveHashKind kind, byte[] bytes) => Convert.ToHexStringLower(kind switch
    {
        ArchiveHashKind.Sha512 => SHA512.HashData(bytes),
        ArchiveHashKind.Sha384 => SHA384.HashData(bytes),
        _ => SHA256.HashData(bytes),
    });

    private static DiagnosticException Refused(IndexFile file, Uri address, HttpStatusCode status) => new(
        "metadata-refused", $"{file.FileName} cannot be asked what it needs: {SafeAddress.Of(address)} answered {(int)status}.",
        status is HttpStatusCode.Unauthorized or HttpStatusCode.Forbidden
            ? $"Its server wants a login: python: logins: {address.Authority}: user:password in config.yml, or machine {address.Host} in ~/.netrc."
            : "The index announces a file that its server does not have; try again, or use another index or mirror.");
}
