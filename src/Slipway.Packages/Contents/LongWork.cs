namespace Slipway.Packages.Contents;

/// <summary>Work that is long and made of blocking calls, on a thread of its own.</summary>
public static class LongWork
{
    public static Task<T> RunAsync<T>(Func<T> work, CancellationToken cancellationToken) =>
        Task.Factory.StartNew(work, cancellationToken, TaskCreationOptions.LongRunning, TaskScheduler.Default);
}
