using Slipway.Foundation.Hashing;

namespace Slipway.Images.Registry;

/// <summary>Counts the bytes of one transfer and reports them, not more often than an eye can follow.</summary>
internal sealed class TransferMeter
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(50);
    private readonly IProgress<TransferProgress>? _progress;
    private readonly string _item;
    private long? _total, _reportedTotal;
    private readonly TimeProvider _clock;
    private long _done, _highest, _reported;

    public TransferMeter(IProgress<TransferProgress>? progress, Digest blob, long total, TimeProvider clock)
        : this(progress, blob.Short, total, clock)
    {
    }

    public TransferMeter(IProgress<TransferProgress>? progress, string item, long? total, TimeProvider clock)
    {
        (_progress, _item, _total, _clock) = (progress, item, total, clock);
        Report();
    }

    public void Add(int bytes)
    {
        _done += bytes;
        if (_done > _highest && (_done == _total || _clock.GetElapsedTime(_reported) >= Interval))
        {
            Report();
        }
    }

    /// <summary>The transfer starts over; what people see does not go back.</summary>
    /// <param name="from">The bytes that need not be sent again.</param>
    public void Restart(long from = 0) => _done = from;

    /// <summary>Now it is known how many bytes there are.</summary>
    public void Settle(long total) => _total = total;

    /// <summary>All is done, also what did not have to be moved. The last report has the total, even if all bytes were reported before it was known.</summary>
    public void Complete()
    {
        long end = _total ?? _done;
        if (_done != end || _highest != end || _reportedTotal != _total)
        {
            _done = end;
            Report();
        }
    }

    private void Report()
    {
        _highest = Math.Max(_highest, _done);
        (_reported, _reportedTotal) = (_clock.GetTimestamp(), _total);
        _progress?.Report(new TransferProgress(_item, _highest, _total));
    }
}
