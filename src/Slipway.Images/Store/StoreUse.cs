using System.Collections.Concurrent;
using Slipway.Foundation.Linux;

namespace Slipway.Images.Store;

/// <summary>
/// Marks things as used, by their modification time, so that a prune in another process leaves them alone while this one runs and takes the longest unused first.
/// </summary>
/// <param name="layout">Where the lock is.</param>
/// <param name="started">The time of this process's lease: no mark is older, even when the clock is set back, so that others see what this process needs.</param>
internal sealed class StoreUse(StoreLayout layout, DateTime started)
{
    private readonly ConcurrentDictionary<string, bool> _marked = new(StringComparer.Ordinal);

    /// <summary>Marks the file, or the folder that holds it, if the file (or folder) exists; says whether it does.</summary>
    internal bool Mark(string path, string? marked = null)
    {
        marked ??= path;
        if (_marked.ContainsKey(marked))
        {
            return Path.Exists(path);
        }

        // Under the shared lock no prune can take it away between the look and the mark.
        using FileLock held = Hold();
        if (!Path.Exists(path))
        {
            return false;
        }

        try
        {
            DateTime now = TimeProvider.System.GetUtcNow().UtcDateTime;
            File.SetLastWriteTimeUtc(marked, now > started ? now : started);
        }
        catch (UnauthorizedAccessException)
        {
            // A store that is shared read-only is not pruned by those who cannot write either.
        }

        _marked.TryAdd(marked, true);
        return true;
    }

    private FileLock Hold()
    {
        for (; ; )
        {
            if (FileLock.TryAcquire(layout.UseLock, exclusive: false) is { } held)
            {
                return held;
            }

            Thread.Sleep(1);
        }
    }
}
