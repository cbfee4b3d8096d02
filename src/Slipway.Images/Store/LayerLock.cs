using System.Collections.Concurrent;
using Slipway.Foundation.Hashing;
using Slipway.Foundation.Linux;

namespace Slipway.Images.Store;

/// <summary>One maker at a time for each layer: within the process by a semaphore, between processes by a lock on a file in the layer's folder.</summary>
internal sealed class LayerLock(StoreLayout layout)
{
    private readonly ConcurrentDictionary<Digest, SemaphoreSlim> _here = new();

    internal async Task<IDisposable> AcquireAsync(Digest diffId, CancellationToken cancellationToken)
    {
        SemaphoreSlim here = _here.GetOrAdd(diffId, static _ => new SemaphoreSlim(1));
        await here.WaitAsync(cancellationToken);
        try
        {
            Directory.CreateDirectory(layout.Layer(diffId));
            return new Held(here, await FileLock.AcquireAsync(Path.Combine(layout.Layer(diffId), "lock"), exclusive: true, cancellationToken));
        }
        catch
        {
            here.Release();
            throw;
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
