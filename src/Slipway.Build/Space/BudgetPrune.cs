using Slipway.Images.Store;

namespace Slipway.Build.Space;

/// <summary>
/// Brings the store and what else is in its folder down to so many bytes. What is oldest goes first on both sides: in steps of age, because only the store itself
/// knows the order among its things.
/// </summary>
public sealed class BudgetPrune(ImageStore store, TimeProvider clock, IOtherSpace other)
{
    private static readonly TimeSpan[] s_ages = [TimeSpan.FromDays(30), TimeSpan.FromDays(7), TimeSpan.FromDays(1), TimeSpan.Zero];

    /// <param name="options">What may go, with the bytes that both may keep together (<see cref="PruneOptions.KeepBytes"/>).</param>
    /// <param name="cancellationToken">Stops; what was not removed yet stays.</param>
    /// <returns>What went from the store, with the bytes of all that went.</returns>
    public async Task<StorePruneResult> RunAsync(StorePruneOptions options, CancellationToken cancellationToken)
    {
        long most = options.Store.KeepBytes ?? throw new ArgumentException("there is no budget", nameof(options));
        long size = other.Size(cancellationToken), freed = 0;
        StorePruneResult? sum = null;
        foreach (TimeSpan age in size == 0 ? [TimeSpan.Zero] : s_ages)
        {
            TimeSpan minimum = age > options.Store.MinimumAge ? age : options.Store.MinimumAge;
            if (size - freed > 0)
            {
                // A rehearsal removes nothing, so the next step finds the same again.
                freed = other.Prune(minimum, options.Store.DryRun, cancellationToken) + (options.Store.DryRun ? 0 : freed);
            }

            PruneOptions step = options.Store with { MinimumAge = minimum, KeepBytes = Math.Max(0, most - (size - freed)) };
            StorePruneResult result = await new StorePrune(store, clock).RunAsync(options with { Store = step }, cancellationToken);
            sum = sum is null || options.Store.DryRun ? result : Sum(sum, result);
            if (result.Kept + size - freed <= most)
            {
                break;
            }
        }

        return sum! with { FreedBytes = sum.FreedBytes + freed, Kept = sum.Kept + size - freed };
    }

    private static StorePruneResult Sum(StorePruneResult first, StorePruneResult second) => second with
    {
        Store = second.Store with
        {
            Images = first.Store.Images + second.Store.Images,
            Layers = first.Store.Layers + second.Store.Layers,
            Blobs = first.Store.Blobs + second.Store.Blobs,
            Keys = first.Store.Keys + second.Store.Keys,
            FreedBytes = first.Store.FreedBytes + second.Store.FreedBytes,
        },
        Mounts = first.Mounts + second.Mounts,
        FreedBytes = first.FreedBytes + second.FreedBytes,
    };
}
