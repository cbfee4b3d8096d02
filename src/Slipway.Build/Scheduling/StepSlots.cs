namespace Slipway.Build.Scheduling;

/// <summary>The places of steps that work at the same time.</summary>
internal static class StepSlots
{
    /// <summary>Waits for something without the place that the caller has, so that others may work meanwhile, and so that nobody waits for a place while keeping one. The caller has it again afterwards, whatever happened.</summary>
    public static async Task<T> WithoutPlaceAsync<T>(this SemaphoreSlim slots, Func<Task<T>> wait)
    {
        slots.Release();
        try
        {
            return await wait();
        }
        finally
        {
            await slots.WaitAsync(CancellationToken.None); // the caller gives it back
        }
    }
}
