using System.Collections.Concurrent;
using Slipway.Conda.Channels.Repodata;

namespace Slipway.Conda.Channels.Sharding;

/// <summary>A folder whose records come package by package (CEP 16), when they are asked for or about to be.</summary>
/// <param name="place">Where it came from.</param>
/// <param name="index">The shard of each package.</param>
/// <param name="fetch">Gives a shard as JSON, from the cache or the server.</param>
/// <param name="parallel">How many shards are fetched at once.</param>
internal sealed class ShardFolder(RecordPlace place, ShardIndex index, Func<string, CancellationToken, Task<byte[]>> fetch, int parallel) : IFolderRecords
{
    private readonly ConcurrentDictionary<string, Task<byte[]>> _shards = new(StringComparer.Ordinal);
#pragma warning disable CA2213 // not disposed: shards that are still under way when this is closed look at both; neither holds anything but memory
    private readonly SemaphoreSlim _slots = new(parallel);
    private readonly CancellationTokenSource _closed = new();
#pragma warning restore CA2213

    public RecordPlace Place { get; } = place;

    public ChannelRelations Relations => index.Relations;

    public async ValueTask<PackageJson?> FindAsync(string name, CancellationToken cancellationToken)
    {
        if (!index.Shards.ContainsKey(name))
        {
            return null;
        }

        byte[] json = await Begin(name).WaitAsync(cancellationToken);
        var indexer = new RepodataIndexer();
        indexer.Feed(json);
        return new PackageJson(Place, indexer.Finish().Find(name).ToArray(), (start, length) => json.AsSpan(checked((int)start), length));
    }

    public void Expect(IReadOnlyList<string> names)
    {
        foreach (string name in names)
        {
            if (index.Shards.ContainsKey(name))
            {
                _ = Begin(name);
            }
        }
    }

    public IEnumerable<string> Names() => index.Shards.Keys;

    public void Dispose() => _closed.Cancel();

    private Task<byte[]> Begin(string name) => _shards.GetOrAdd(name, n => FetchAsync(Convert.ToHexStringLower(index.Shards[n])));

    private async Task<byte[]> FetchAsync(string sha256)
    {
        await _slots.WaitAsync(_closed.Token);
        try
        {
            return await fetch(sha256, _closed.Token);
        }
        finally
        {
            _slots.Release();
        }
    }
}
