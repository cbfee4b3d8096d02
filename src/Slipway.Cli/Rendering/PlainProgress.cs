using Slipway.Build.Progress;

namespace Slipway.Cli.Rendering;

/// <summary>
/// Progress as lines that only ever follow one another, for logs and pipes: every line begins with its step's number, a
/// line of output also with the seconds since the step began. A step's label comes again when the output turns to another step.
/// </summary>
/// <param name="writer">Where the lines go.</param>
/// <param name="diagnostics">Writes warnings.</param>
/// <param name="clock">For the seconds.</param>
/// <param name="terminal">Whether a terminal shows the lines: of what commands print only colours are then kept, nothing that steers it. A file gets all.</param>
internal sealed class PlainProgress(TextWriter writer, DiagnosticRenderer diagnostics, TimeProvider clock, bool terminal) : ProgressRenderer
{
    private static readonly TimeSpan TransferInterval = TimeSpan.FromSeconds(5);
    private readonly Lock _gate = new();
    private readonly Dictionary<StepId, Step> _steps = [];
    private StepId? _shown;

    public override void Report(BuildEvent e)
    {
        lock (_gate)
        {
            Write(e);
            writer.Flush();
        }
    }

    public override void Dispose()
    {
        lock (_gate)
        {
            foreach ((StepId id, Step step) in _steps)
            {
                FinishLogs(id, step);
            }

            writer.Flush();
        }
    }

    private void Write(BuildEvent e)
    {
        switch (e)
        {
            case StepStarted started:
                _steps[started.Step] = new Step(started.Label, clock.GetTimestamp());
                Turn(started.Step);
                break;
            case StepLog log:
                Step step = Find(log.Step);
                WriteLines(log.Step, step, step.Log(log.Source).Add(log.Bytes.Span));
                break;
            case StepTransfer transfer:
                Transfer(transfer);
                break;
            case StepCached cached:
                End(cached.Step, "CACHED");
                break;
            case StepFinished finished:
                End(finished.Step, $"DONE {Amounts.Time(finished.Duration)}");
                break;
            case StepFailed failed:
                End(failed.Step, $"ERROR: {failed.Message.Split('\n')[0]}");
                break;
            case StepCancelled cancelled:
                End(cancelled.Step, "CANCELED");
                break;
            case BuildNote note:
                WriteBlock(note.Step, note.Text);
                break;
            case BuildWarning warning:
                WriteBlock(warning.Step, diagnostics.Render(warning.Diagnostic).TrimEnd('\n'));
                break;
        }
    }

    private Step Find(StepId id)
    {
        if (!_steps.TryGetValue(id, out Step? step))
        {
            _steps[id] = step = new Step($"step {id.Value}", clock.GetTimestamp());
        }

        return step;
    }

    private void Turn(StepId id)
    {
        if (_shown == id)
        {
            return;
        }

        if (_shown is not null)
        {
            writer.Write('\n');
        }

        writer.Write($"{id} {Ansi.Clean(Find(id).Label, keepColours: false)}\n");
        _shown = id;
    }

    private void End(StepId id, string how)
    {
        Step step = Find(id);
        FinishLogs(id, step);
        Turn(id);
        writer.Write($"{id} {how}\n");
        _steps.Remove(id);
    }

    private void FinishLogs(StepId id, Step step)
    {
        foreach (LogSource source in (ReadOnlySpan<LogSource>)[LogSource.Output, LogSource.Error])
        {
            if (step.Log(source).Finish() is { } rest)
            {
                WriteLines(id, step, [rest]);
            }
        }
    }

    private void WriteLines(StepId id, Step step, List<string> lines)
    {
        if (lines.Count == 0)
        {
            return;
        }

        Turn(id);
        string prefix = $"{id} {clock.GetElapsedTime(step.Started).TotalSeconds:0.000} ";
        foreach (string line in lines)
        {
            writer.Write($"{prefix}{(terminal ? Ansi.Clean(line, keepColours: true) : line)}\n");
        }
    }

    private void WriteBlock(StepId? id, string text)
    {
        if (id is { } step)
        {
            Turn(step);
        }

        string prefix = id is { } number ? $"{number} " : "";
        writer.Write($"{prefix}{text.Replace("\n", "\n" + prefix, StringComparison.Ordinal)}\n");
    }

    // The beginning and the end of a transfer, and between them a line now and then.
    private void Transfer(StepTransfer transfer)
    {
        Step step = Find(transfer.Step);
        bool complete = transfer.Done == transfer.Total;
        if (step.Complete.Contains(transfer.Item)
            || (!complete && step.Transfers.TryGetValue(transfer.Item, out long last) && clock.GetElapsedTime(last) < TransferInterval))
        {
            return;
        }

        step.Transfers[transfer.Item] = clock.GetTimestamp();
        if (complete)
        {
            step.Complete.Add(transfer.Item);
        }

        string total = transfer.Total is { } bytes ? $" / {Amounts.Bytes(bytes)}" : "";
        WriteLines(transfer.Step, step, [$"{transfer.Item} {Amounts.Bytes(transfer.Done)}{total}{(complete ? " done" : "")}"]);
    }

    private sealed class Step(string label, long started)
    {
        private readonly LogLines _output = new(), _error = new();

        public string Label => label;

        public long Started => started;

        public Dictionary<string, long> Transfers { get; } = [];

        public HashSet<string> Complete { get; } = [];

        public LogLines Log(LogSource source) => source == LogSource.Output ? _output : _error;
    }
}
