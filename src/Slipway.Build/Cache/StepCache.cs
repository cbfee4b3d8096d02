using System.Collections.Concurrent;
using System.Collections.Immutable;
using Slipway.Foundation.Hashing;
using Slipway.Images.SharedCache;
using Slipway.Images.Store;

namespace Slipway.Build.Cache;

/// <summary>Remembers which layer a step's key led to, and says why a step is not remembered.</summary>
/// <param name="store">The store, which is asked first.</param>
/// <param name="shared">The shared caches, asked for what the store does not know.</param>
internal sealed class StepCache(ImageStore store, SharedCaches shared)
{
    // Layers that were handed out without being here, and where they are said to be.
    private readonly ConcurrentDictionary<Digest, CacheHit?> _promised = new();

    /// <summary>Looks up the quick key, then the exact one.</summary>
    public async Task<CacheAnswer> FindAsync(StepKey key, bool mayUse, bool explain, CancellationToken cancellationToken)
    {
        if (key.Quick is not null && mayUse && await FindAsync(key, key.Quick, "same key", cancellationToken) is { } quick)
        {
            return new CacheAnswer(quick.Result, [key.Quick], explain ? quick.Reason : null);
        }

        ImmutableArray<KeyBuilder> keys = key.Quick is null ? [] : [key.Quick];
        if (key.Exact is not null)
        {
            KeyBuilder exact = await key.Exact(cancellationToken);
            keys = keys.Add(exact);
            if (mayUse && await FindAsync(key, exact, "same content, key", cancellationToken) is { } found)
            {
                if (key.Quick is not null)
                {
                    await PutAsync(key.Slot, [key.Quick], found.Result, cancellationToken);
                }

                return new CacheAnswer(found.Result, keys, explain ? found.Reason : null);
            }
        }

        if (!explain || !mayUse)
        {
            return new CacheAnswer(null, keys, explain ? "the cache is switched off for this step" : null);
        }

        KeyRecord? last = await store.Keys.FindByOperationAsync(key.Slot, cancellationToken);
        Digest? before = last is { Layers.Count: > 0 } && store.Layers.Exists(last.Layers[0]) ? last.Layers[0] : null;
        return new CacheAnswer(null, keys, MissReason.Of(last, keys[^1]), before);
    }

    /// <summary>Looks only into the store, for what another process may have put there since; a result is remembered under all keys.</summary>
    public async Task<StepResult?> FindDoneAsync(string slot, ImmutableArray<KeyBuilder> keys, CancellationToken cancellationToken)
    {
        if (await store.Keys.GetAsync(keys[^1].ToDigest(), cancellationToken) is not { } record || !record.Layers.All(layer => MayHave(layer, null)))
        {
            return null;
        }

        var result = new StepResult(record.Layers.Count > 0 ? record.Layers[0] : null);
        await PutAsync(slot, keys, result, cancellationToken);
        return result;
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

    /// <summary>
    /// Whether a layer that a shared cache had promised could not be had since this was last asked. Its steps are not taken from the cache again, so that what
    /// failed can be tried once more.
    /// </summary>
    public bool TakeBackLost()
    {
        (Digest Layer, CacheHit? Hit)[] lost = [.. _promised.Where(promise => store.Layers.IsLost(promise.Key)).Select(promise => (promise.Key, promise.Value))];
        foreach ((Digest layer, CacheHit? hit) in lost)
        {
            _promised.TryRemove(layer, out _);
            if (hit is not null)
            {
                shared.Damaged(hit);
            }
        }

        return lost.Length > 0;
    }

    /// <summary>Whether <see cref="TakeBackLost"/> would find something.</summary>
    public bool HasLost => _promised.Keys.Any(store.Layers.IsLost);

    private async Task<(StepResult Result, string Reason)?> FindAsync(StepKey step, KeyBuilder builder, string how, CancellationToken cancellationToken)
    {
        Digest key = builder.ToDigest();
        if (await store.Keys.GetAsync(key, cancellationToken) is { } record && record.Layers.All(layer => MayHave(layer, null)))
        {
            return (new StepResult(record.Layers.Count > 0 ? record.Layers[0] : null), $"{how} {key.Short}");
        }

        if (step.IsLocal || shared.IsEmpty || await shared.FindAsync(key, cancellationToken) is not { Entry.Layers: [] or [_] } hit)
        {
            return null;
        }

        CacheLayer? layer = hit.Entry.Layers is [var only] ? only : null;
        if (layer is not null && !store.Layers.Exists(layer.DiffId))
        {
            if (store.Layers.IsLost(layer.DiffId))
            {
                return null;
            }

            await store.Layers.AddCachedAsync(layer, hit.Cache.Origin, cancellationToken);
            MayHave(layer.DiffId, hit);
        }

        var result = new StepResult(layer?.DiffId);
        await PutAsync(step.Slot, [builder], result, cancellationToken);
        return (result, $"{how} {key.Short} in {hit.Cache.Name}");
    }

    // A record whose layer was pruned is no record; one whose layer a shared cache holds is.
    private bool MayHave(Digest layer, CacheHit? hit)
    {
        if (store.Layers.Exists(layer))
        {
            return true;
        }

        bool promised = !store.Layers.IsLost(layer) && store.Layers.IsAtCache(layer);
        if (promised)
        {
            _promised[layer] = hit;
        }

        return promised;
    }
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

/// <summary>A step that is done, for the export of its result.</summary>
/// <param name="Label">The step in the recipe's words.</param>
/// <param name="Keys">The keys its result is known under.</param>
/// <param name="Result">The result.</param>
internal sealed record FinishedStep(string Label, ImmutableArray<KeyBuilder> Keys, StepResult Result);
