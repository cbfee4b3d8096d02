using System.Collections.Concurrent;
using Slipway.Foundation.Linux;

namespace Slipway.Images.Store;

/// <summary>
/// Marks things as used, by their modification time, so that a prune in another process leaves them alone while this one runs and takes the longest unused first.
/// </summary>
internal sealed class StoreUse(StoreLayout layout)
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
            File.SetLastWriteTimeUtc(marked, TimeProvider.System.GetUtcNow().UtcDateTime);
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
