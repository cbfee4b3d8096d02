using System.Collections.Concurrent;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;

namespace Slipway.Images.Store;

/// <summary>One maker at a time for each layer: within the process by a semaphore, between processes by a lock on a file in the layer's folder.</summary>
internal sealed class LayerLock(StoreLayout layout, StoreUse use)
{
    private readonly ConcurrentDictionary<Digest, SemaphoreSlim> _here = new();

    internal async Task<IDisposable> AcquireAsync(Digest diffId, CancellationToken cancellationToken)
    {
        SemaphoreSlim here = _here.GetOrAdd(diffId, static _ => new SemaphoreSlim(1));
        await here.WaitAsync(cancellationToken);
        try
        {
            for (; ; )
            {
                Directory.CreateDirectory(layout.Layer(diffId));
                FileLock? held = await TryAcquireAsync(diffId, cancellationToken);

                // From the mark on no prune takes the folder away; one that came before it has taken the lock's file along.
                if (held is not null && use.Mark(layout.Layer(diffId)))
                {
                    return new Held(here, held);
                }

                held?.Dispose();
            }
        }
        catch
        {
            here.Release();
            throw;
        }
    }

    private async Task<FileLock?> TryAcquireAsync(Digest diffId, CancellationToken cancellationToken)
    {
        try
        {
            return await FileLock.AcquireAsync(Path.Combine(layout.Layer(diffId), "lock"), exclusive: true, cancellationToken);
        }
        catch (LinuxException e) when (e.Errno == Errno.ENOENT)
        {
            return null; // pruned between making the folder and opening the file
        }
    }

    private sealed class Held(SemaphoreSlim here, FileLock file) : IDisposable
    {
        public void Dispose()
        {
            file.Dispose();
            here.Release();
        }
    }
}
