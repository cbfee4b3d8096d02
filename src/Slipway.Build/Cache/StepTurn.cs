using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Foundation.Linux;

namespace Slipway.Build.Cache;

/// <summary>
/// The right to do a step while other processes, or other steps of this one, that come to the same key wait for the result. Who holds one waits for no other, and who
/// waits keeps nothing that a holder may need, so nobody waits in a circle; the system gives it back when the process dies.
/// </summary>
internal sealed class StepTurn : IDisposable
{
    private readonly string _path;
    private readonly FileLock _lock;

    private StepTurn(string path, FileLock held) => (_path, _lock) = (path, held);

    /// <param name="path">The file that stands for the key.</param>
    /// <param name="progress">Hears when somebody else has the turn.</param>
    /// <param name="step">The step that asks.</param>
    /// <param name="slots">Where the caller has a place, which others may have while it waits.</param>
    /// <param name="cancellationToken">Ends the waiting.</param>
    public static async Task<StepTurn> TakeAsync(string path, IBuildProgress progress, StepId step, SemaphoreSlim slots, CancellationToken cancellationToken)
    {
        if (FileLock.TryAcquire(path) is { } free)
        {
            return new StepTurn(path, free);
        }

        progress.Report(new BuildNote("another build is doing this step; waiting for its result", step));
        return new StepTurn(path, await slots.WithoutPlaceAsync(() => FileLock.AcquireAsync(path, exclusive: true, cancellationToken)));
    }

    public void Dispose()
    {
        File.Delete(_path); // whoever waits notices, and takes a new one
        _lock.Dispose();
    }
}
