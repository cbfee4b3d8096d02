using System.Collections.Immutable;
using Slipway.Foundation.Hashing;
using Slipway.Images.Store;

namespace Slipway.Build.Cache;

/// <summary>Remembers which layer a step's key led to, and says why a step is not remembered.</summary>
internal sealed class StepCache(ImageStore store)
{
    /// <summary>Looks up the quick key, then the exact one.</summary>
    public async Task<CacheAnswer> FindAsync(StepKey key, bool mayUse, bool explain, CancellationToken cancellationToken)
    {
        if (key.Quick is not null && mayUse && await GetAsync(key.Quick, cancellationToken) is { } quick)
        {
            return new CacheAnswer(quick, [key.Quick], explain ? $"same key {key.Quick.ToDigest().Short}" : null);
        }

        ImmutableArray<KeyBuilder> keys = key.Quick is null ? [] : [key.Quick];
        if (key.Exact is not null)
        {
            KeyBuilder exact = await key.Exact(cancellationToken);
            keys = keys.Add(exact);
            if (mayUse && await GetAsync(exact, cancellationToken) is { } found)
            {
                if (key.Quick is not null)
                {
                    await PutAsync(key.Slot, [key.Quick], found, cancellationToken);
                }

                return new CacheAnswer(found, keys, explain ? $"same content, key {exact.ToDigest().Short}" : null);
            }
        }

        if (!explain || !mayUse)
        {
            return new CacheAnswer(null, keys, explain ? "the cache is switched off for this step" : null);
        }

        KeyRecord? last = await store.Keys.FindByOperationAsync(key.Slot, cancellationToken);
        Digest? before = last is { Layers.Count: > 0 } && store.Layers.Exists(last.Layers[0]) ? last.Layers[0] : null;
        return new CacheAnswer(null, keys, Reason(last, keys[^1]), before);
    }

    /// <summary>Remembers the result under all keys.</summary>
    public async Task PutAsync(string slot, ImmutableArray<KeyBuilder> keys, StepResult result, CancellationToken cancellationToken)
    {
        foreach (KeyBuilder key in keys)
        {
            var record = new KeyRecord { Operation = slot, Parts = key.Parts, Layers = result.Layer is { } layer ? [layer] : [] };
            await store.Keys.PutAsync(key.ToDigest(), record, cancellationToken);
        }
    }

    // A record whose layer was pruned is no record.
    private async Task<StepResult?> GetAsync(KeyBuilder key, CancellationToken cancellationToken)
    {
        KeyRecord? record = await store.Keys.GetAsync(key.ToDigest(), cancellationToken);
        return record is not null && record.Layers.All(store.Layers.Exists)
            ? new StepResult(record.Layers.Count > 0 ? record.Layers[0] : null)
            : null;
    }

    private static string Reason(KeyRecord? last, KeyBuilder key)
    {
        if (last is null)
        {
            return "no earlier build of this step is remembered";
        }

        for (int i = 0; i < Math.Max(last.Parts.Count, key.Parts.Count); i++)
        {
            KeyPart? before = i < last.Parts.Count ? last.Parts[i] : null;
            KeyPart? now = i < key.Parts.Count ? key.Parts[i] : null;
            if (before != now)
            {
                return before?.Name == now?.Name
                    ? $"{now!.Value.Name} changed from {Shown(before!.Value.Value)} to {Shown(now.Value.Value)}"
                    : now is { } added ? $"{added.Name} is new: {Shown(added.Value)}" : $"{before!.Value.Name} is gone: {Shown(before.Value.Value)}";
            }
        }

        return "the remembered layer is no longer in the store";
    }

    private static string Shown(string? value) => value switch
    {
        null => "nothing",
        { Length: > 120 } => $"'{value[..120]}…'",
        _ when Digest.TryParse(value, out Digest digest) => digest.Short,
        _ => $"'{value}'",
    };
}

/// <summary>What a step came to.</summary>
/// <param name="Layer">Its layer; null when it changed nothing.</param>
internal sealed record StepResult(Digest? Layer);

/// <summary>What the cache says.</summary>
/// <param name="Result">The remembered result, or null.</param>
/// <param name="Keys">The keys that were looked up, to remember the result under.</param>
/// <param name="Reason">For --explain.</param>
/// <param name="Before">For --explain: the layer that the step made the last time, if it is still there.</param>
internal sealed record CacheAnswer(StepResult? Result, ImmutableArray<KeyBuilder> Keys, string? Reason, Digest? Before = null);
