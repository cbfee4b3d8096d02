namespace Slipway.Foundation.Files;

/// <summary>How far the writing of a file is, for those who read it meanwhile; the writer tells, readers wait.</summary>
public sealed class FileGrowth
{
    private readonly Lock _gate = new();
    private TaskCompletionSource _changed = New();
    private long _length;
    private bool _ended;
    private Exception? _failure;

    public bool HasFailed => _failure is not null;

    public void Advance(long length) => Change(() => _length = length);

    public void End() => Change(() => _ended = true);

    /// <summary>There will be no more bytes; readers fail, too. Nothing if the end was told before.</summary>
    public void Fail(Exception failure) => Change(() => _failure ??= _ended ? null : failure);

    /// <summary>Waits for a byte behind this place.</summary>
    /// <returns>How many bytes there are now, not more than the place when these are all.</returns>
    /// <exception cref="IOException">Writing failed.</exception>
    public async ValueTask<long> WaitAsync(long offset, CancellationToken cancellationToken)
    {
        for (; ; )
        {
            Task changed;
            lock (_gate)
            {
                if (_failure is { } failure)
                {
                    throw new IOException($"The file could not be written: {failure.Message}", failure);
                }

                if (_length > offset || _ended)
                {
                    return _length;
                }

                changed = _changed.Task;
            }

            await changed.WaitAsync(cancellationToken);
        }
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);

    private void Change(Action change)
    {
        TaskCompletionSource changed;
        lock (_gate)
        {
            change();
            (changed, _changed) = (_changed, New());
        }

        changed.SetResult();
    }
}
