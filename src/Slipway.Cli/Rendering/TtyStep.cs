using Slipway.Build.Progress;

namespace Slipway.Cli.Rendering;

/// <summary>A running step as the terminal shows it: its last lines of output and its transfers.</summary>
internal sealed class TtyStep(string label, long started, bool keepColours)
{
    private const int Kept = 6;
    private readonly LogLines _output = new(), _error = new();
    private readonly Queue<string> _tail = new();
    private readonly List<TtyTransfer> _transfers = [];

    public string Label => label;

    /// <summary>A timestamp of the clock.</summary>
    public long Started => started;

    /// <summary>In the order of their beginning.</summary>
    public IReadOnlyList<TtyTransfer> Transfers => _transfers;

    /// <summary>The newest lines, the unfinished ones last.</summary>
    public List<string> Tail
    {
        get
        {
            List<string> lines = [.. _tail];
            foreach (string partial in (ReadOnlySpan<string>)[_output.Partial, _error.Partial])
            {
                if (partial.Length > 0)
                {
                    lines.Add(Ansi.Clean(partial, keepColours));
                }
            }

            return lines;
        }
    }

    public void Log(StepLog log)
    {
        foreach (string line in (log.Source == LogSource.Output ? _output : _error).Add(log.Bytes.Span))
        {
            _tail.Enqueue(Ansi.Clean(line, keepColours));
            if (_tail.Count > Kept)
            {
                _tail.Dequeue();
            }
        }
    }

    public void Transfer(StepTransfer transfer, long now)
    {
        TtyTransfer? known = _transfers.Find(t => t.Item == transfer.Item);
        if (known is null)
        {
            _transfers.Add(known = new TtyTransfer(transfer.Item, now));
        }

        (known.Done, known.Total) = (transfer.Done, transfer.Total);
    }
}

/// <summary>One transfer of a step.</summary>
internal sealed class TtyTransfer(string item, long started)
{
    public string Item => item;

    public long Started => started;

    public long Done { get; set; }

    public long? Total { get; set; }

    public bool IsComplete => Done == Total;
}
