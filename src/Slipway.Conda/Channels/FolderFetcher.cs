using System.Net;
using System.Security.Cryptography;
using System.Text.Json;
using Slipway.Conda.Channels.Caching;
using Slipway.Conda.Channels.Repodata;
using Slipway.Conda.Channels.Sharding;
using Slipway.Foundation.Files;
using Slipway.Foundation.Http;
using Slipway.Foundation.Linux;
using Slipway.Images.Compression;

namespace Slipway.Conda.Channels;

/// <summary>
/// Opens the folders of channels on servers. What was fetched is kept and asked for again only when it may have changed (<c>Cache-Control</c>, <c>ETag</c>,
/// <c>Last-Modified</c>); without network what is kept is used. Tried in this order: shards, <c>repodata.json.zst</c>, <c>.bz2</c>, <c>.json</c>; the form that was there the last time first.
/// </summary>
internal sealed class FolderFetcher(FolderCache cache, ChannelAccess access, Func<Uri, HttpPolicy> http, TimeProvider clock)
{
    private const string ShardsName = "repodata_shards.msgpack.zst";
    private const int ParallelShards = 16;
    private const long LargestShard = 256 << 20;

    private static readonly (string Name, CompressionKind Kind)[] Forms =
        [(ShardsName, CompressionKind.Zstd), ("repodata.json.zst", CompressionKind.Zstd), ("repodata.json.bz2", CompressionKind.Bzip2), ("repodata.json", CompressionKind.None)];

    /// <summary>The records of a folder; null when the server has none of its forms.</summary>
    /// <param name="channel">The channel.</param>
    /// <param name="subdir">The folder.</param>
    /// <param name="mirrors">Addresses to try instead of the channel's, with the slash at their end.</param>
    /// <param name="cancellationToken">Ends it.</param>
    /// <exception cref="HttpFailureException">No mirror answers, and nothing is kept.</exception>
    public async Task<IFolderRecords?> OpenAsync(Channel channel, string subdir, IReadOnlyList<Uri> mirrors, CancellationToken cancellationToken)
    {
        HttpFailureException? failure = null;
        foreach (Uri mirror in mirrors)
        {
            try
            {
                if (await OpenAtAsync(channel, subdir, mirror, cancellationToken) is { } records)
                {
                    return records;
                }
            }
            catch (HttpFailureException e)
            {
                failure = e; // the next mirror may be better
            }
        }

        return failure is null ? null : throw failure;
    }

    private async Task<IFolderRecords?> OpenAtAsync(Channel channel, string subdir, Uri folder, CancellationToken cancellationToken)
    {
        using FileLock held = await cache.LockAsync(folder.AbsoluteUri, cancellationToken);
        FolderState? known = cache.Find(folder.AbsoluteUri);
        if (known is not null && known.IsFresh(clock))
        {
            return Open(known, channel, subdir, folder);
        }

        try
        {
            foreach ((string name, CompressionKind kind) in Forms.OrderByDescending(f => known?.Form == f.Name))
            {
                if (await AskAsync(folder, name, kind, known?.Form == name ? known : null, cancellationToken) is { } state)
                {
                    return Open(state, channel, subdir, folder);
                }
            }

            return null;
        }
        catch (HttpFailureException e) when (e.Failure == HttpFailure.Offline && known is not null)
        {
            return Open(known, channel, subdir, folder);
        }
    }

    private async Task<FolderState?> AskAsync(Uri folder, string name, CompressionKind kind, FolderState? known, CancellationToken cancellationToken)
    {
        var address = new Uri(folder, name);
        return await http(address).RetryAsync(
            async token =>
            {
                HttpPolicy policy = http(address);
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                access.Authorize(request);
                known?.AddConditions(request);
                using HttpResponseMessage response = await policy.SendOnceAsync(request, token);
                if (response.StatusCode == HttpStatusCode.NotModified && known is not null)
                {
                    FolderState again = known with { FreshUntil = HttpValidity.FreshUntilOf(response, clock) };
                    cache.Put(again);
                    return again;
                }

                // Buckets answer 403 for what is not there, so only the form that every channel must have tells a missing login.
                bool optional = name != Forms[^1].Name;
                if (response.StatusCode is HttpStatusCode.NotFound or HttpStatusCode.Gone || (optional && response.StatusCode is HttpStatusCode.Forbidden or HttpStatusCode.Unauthorized))
                {
                    return null;
                }

                if (!response.IsSuccessStatusCode)
                {
                    throw ChannelProblems.Refused(address, response, access.Netrc);
                }

                await using Stream body = await policy.OpenBodyAsync(response, token);
                return await StoreAsync(folder, name, kind, response, body, token);
            },
            cancellationToken);
    }

    private async Task<FolderState> StoreAsync(Uri folder, string name, CompressionKind kind, HttpResponseMessage response, Stream body, CancellationToken cancellationToken)
    {
        var validity = HttpValidity.Of(response, clock);
        FolderState Make(string file, long length) => new()
        {
            Source = folder.AbsoluteUri,
            File = file,
            Length = length,
            Form = name,
            EntityTag = validity.EntityTag,
            LastModified = validity.LastModified,
            FreshUntil = validity.FreshUntil,
        };
        try
        {
            // Decoders read as files do; the waiting must not hold up who asked.
            return await Task.Run(() => cache.StoreAsync(Decompressor.Open(body, kind), Make, indexed: name != ShardsName, cancellationToken), cancellationToken);
        }
        catch (Exception e) when (e is JsonException or InvalidDataException)
        {
            throw ChannelProblems.Broken(new Uri(folder, name), e);
        }
    }

    private IFolderRecords Open(FolderState state, Channel channel, string subdir, Uri folder)
    {
        if (state.Form != ShardsName)
        {
            return cache.Open(state, index => new RecordPlace(channel.Name, subdir, BaseOf(channel.FolderAddress(subdir), index.BaseUrl)));
        }

        ShardIndex shards;
        try
        {
            shards = ShardIndex.Read(cache.ReadAll(state));
        }
        catch (InvalidDataException e)
        {
            throw ChannelProblems.Broken(new Uri(folder, ShardsName), e);
        }

        var at = new Uri(BaseOf(folder.AbsoluteUri, shards.ShardsBaseUrl ?? "shards/"));
        return new ShardFolder(
            new RecordPlace(channel.Name, subdir, BaseOf(channel.FolderAddress(subdir), shards.BaseUrl)), shards, (sha256, token) => FetchShardAsync(at, sha256, token), ParallelShards);
    }

    private async Task<byte[]> FetchShardAsync(Uri folder, string sha256, CancellationToken cancellationToken)
    {
        if (await cache.FindShardAsync(sha256, cancellationToken) is { } kept)
        {
            return kept;
        }

        var address = new Uri(folder, sha256 + ".msgpack.zst");
        byte[] json = await http(address).RetryAsync(
            async token =>
            {
                HttpPolicy policy = http(address);
                using var request = new HttpRequestMessage(HttpMethod.Get, address);
                access.Authorize(request);
                using HttpResponseMessage response = await policy.SendOnceAsync(request, token);
                if (!response.IsSuccessStatusCode)
                {
                    throw ChannelProblems.Refused(address, response, access.Netrc);
                }

                await using Stream body = new LimitedStream(await policy.OpenBodyAsync(response, token), LargestShard, SafeAddress.Of(address));
                using var shard = new MemoryStream();
                await body.CopyToAsync(shard, token);
                return await Task.Run(() => Unpack(address, sha256, shard), token);
            },
            cancellationToken);
        cache.PutShard(sha256, json);
        return json;
    }

    private static byte[] Unpack(Uri address, string sha256, MemoryStream shard)
    {
        ReadOnlySpan<byte> bytes = shard.GetBuffer().AsSpan(0, (int)shard.Length);
        if (Convert.ToHexStringLower(SHA256.HashData(bytes)) != sha256)
        {
            throw new HttpFailureException(HttpFailure.Broken, address, $"{SafeAddress.Of(address)} sent other bytes than its name says."); // often a proxy's page; asking again may help
        }

        try
        {
            shard.Position = 0;
            using Stream unpacked = new LimitedStream(Decompressor.Open(shard, CompressionKind.Zstd), LargestShard, SafeAddress.Of(address));
            using var whole = new MemoryStream();
            unpacked.CopyTo(whole);
            return ShardJson.Convert(whole.GetBuffer().AsSpan(0, (int)whole.Length));
        }
        catch (InvalidDataException e)
        {
            throw ChannelProblems.Broken(address, e);
        }
    }

    /// <summary>Where files are: what the channel says (CEP 15) counts from the folder, and always ends with a slash.</summary>
    private static string BaseOf(string folder, string? said) => said is null ? folder : new Uri(new Uri(folder), said.EndsWith('/') ? said : said + "/").AbsoluteUri;
}
