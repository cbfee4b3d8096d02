using System.Globalization;
using Slipway.Foundation.Files;
using Slipway.Images.Store;

namespace Slipway.Build.Space;

/// <summary>
/// Keeps a store within a budget. Whether there is something to do is decided from one small file and the free space of the disk: the store is measured once a day,
/// and in between whatever the disk lost is taken for the store's. Only what is over the budget by that reckoning is worth a closer look.
/// </summary>
/// <param name="store">The store.</param>
/// <param name="clock">Tells the time.</param>
/// <param name="other">What else is in its folder and counts.</param>
public sealed class SpaceKeeper(ImageStore store, TimeProvider clock, IOtherSpace other)
{
    private static readonly TimeSpan MeasureEvery = TimeSpan.FromDays(1), MeasureNotBefore = TimeSpan.FromMinutes(10);

    private string File => Path.Combine(store.Root, "space-v1");

    /// <summary>A tenth of the disk that the store is on.</summary>
    public static long DefaultBudget(string root) => DiskSpace.TotalOf(root) / 10;

    /// <summary>
    /// Removes what was not used for the longest time when the store is over the budget, down to nine tenths of it; never what this or another running process
    /// used, or an image with a name.
    /// </summary>
    /// <returns>What was removed; null when there was nothing to do.</returns>
    public async Task<StorePruneResult?> KeepAsync(long budget, CancellationToken cancellationToken)
    {
        DateTimeOffset now = clock.GetUtcNow();
        long free = DiskSpace.FreeOf(store.Root);
        if (Read() is { } last)
        {
            TimeSpan age = now - last.At;
            long grown = Math.Max(0, last.Free - free);
            bool isOver = last.Size + grown > budget && (age > MeasureNotBefore || grown > budget / 20);
            if (!isOver && age >= TimeSpan.Zero && age < MeasureEvery)
            {
                return null;
            }
        }

        long size = (await DiskUsage.MeasureAsync(store, cancellationToken)).Size + other.Size(cancellationToken);
        StorePruneResult? result = null;
        if (size > budget)
        {
            var options = new PruneOptions { KeepBytes = budget / 10 * 9, KeepOwn = true };
            result = await new BudgetPrune(store, clock, other).RunAsync(new StorePruneOptions(options) { Mounts = true }, cancellationToken);
            size -= result.FreedBytes;
        }

        string state = string.Create(CultureInfo.InvariantCulture, $"{now.ToUnixTimeSeconds()} {size} {DiskSpace.FreeOf(store.Root)}\n");
        AtomicFile.Write(File, System.Text.Encoding.ASCII.GetBytes(state));
        return result is { FreedBytes: > 0 } ? result : null;
    }

    private (DateTimeOffset At, long Size, long Free)? Read()
    {
        try
        {
            return System.IO.File.ReadAllText(File).Split(' ') is [var at, var size, var free]
                && long.TryParse(at, CultureInfo.InvariantCulture, out long seconds) && long.TryParse(size, CultureInfo.InvariantCulture, out long bytes)
                && long.TryParse(free, CultureInfo.InvariantCulture, out long left) && seconds is >= 0 and < 1L << 37
                    ? (DateTimeOffset.FromUnixTimeSeconds(seconds), bytes, left)
                    : null;
        }
        catch (FileNotFoundException)
        {
            return null;
        }
    }
}
