using Slipway.Build.Progress;

namespace Slipway.Cli.Rendering;

/// <summary>
/// Progress on a terminal. Running steps are repainted in place ten times a second; ended steps, notes and warnings
/// become ordinary lines that scroll away.
/// </summary>
internal sealed class TtyProgress : ProgressRenderer
{
    private static readonly TimeSpan Interval = TimeSpan.FromMilliseconds(100);
    private readonly Lock _gate = new();
    private readonly ITerminal _terminal;
    private readonly TimeProvider _clock;
    private readonly TtyStyle _style;
    private readonly TtyFrame _frame;
    private readonly FramePainter _painter;
    private readonly DiagnosticRenderer _diagnostics;
    private readonly Dictionary<StepId, TtyStep> _running = [];
    private readonly List<string> _lasting = [];
    private readonly long _started;
    private readonly ITimer _timer;
    private int _planned, _ended, _cached;
    private bool _disposed, _lent;

    public TtyProgress(ITerminal terminal, TimeProvider clock)
    {
        (_terminal, _clock) = (terminal, clock);
        _style = new TtyStyle(terminal.Colour, terminal.Unicode);
        _frame = new TtyFrame(_style, clock);
        _painter = new FramePainter(terminal);
        _diagnostics = new DiagnosticRenderer(terminal.Colour);
        _started = clock.GetTimestamp();
        _timer = clock.CreateTimer(static state => ((TtyProgress)state!).Paint(), this, Interval, Interval);
    }

    // The last cell of a row stays free: terminals differ in what they do after it is written.
    private int Columns => Math.Max(20, _terminal.Columns) - 1;

    public override void Report(BuildEvent e)
    {
        lock (_gate)
        {
            if (!_disposed)
            {
                Take(e);
            }
        }
    }

    public override void Dispose()
    {
        _timer.Dispose();
        lock (_gate)
        {
            if (_disposed)
            {
                return;
            }

            _disposed = true;
            foreach (StepId id in _running.Keys.ToList())
            {
                End(id, _style.Cancelled, "CANCELED");
            }

            if (_ended > 0)
            {
                string cached = _cached > 0 ? $" ({_cached} cached)" : "";
                _lasting.Add($"[+] {_ended} {(_ended == 1 ? "step" : "steps")}{cached} in {Amounts.Time(_clock.GetElapsedTime(_started))}");
            }

            _painter.Paint(_lasting, []);
            _lasting.Clear();
            (_terminal as IDisposable)?.Dispose();
        }
    }

    /// <summary>Shows the state of this moment.</summary>
    internal void Paint()
    {
        lock (_gate)
        {
            if (_disposed || _lent || (_running.Count == 0 && _lasting.Count == 0))
            {
                return;
            }

            List<TtyStep> steps = [.. _running.Values.OrderBy(step => step.Started)];
            _painter.Paint(_lasting, steps.Count == 0 ? [] : _frame.Compose(Heading(), steps, Columns, Math.Max(3, _terminal.Rows - 1)));
            _lasting.Clear();
        }
    }

    private string Heading()
    {
        string of = _planned > 0 ? $" of {Math.Max(_planned, _ended)}" : "";
        return $"[+] {Amounts.Time(_clock.GetElapsedTime(_started))}  {_ended}{of} steps done";
    }

    private void Take(BuildEvent e)
    {
        switch (e)
        {
            case BuildPlanned planned:
                _planned = planned.StepCount;
                break;
            case StepStarted started:
                _running[started.Step] = new TtyStep(Ansi.Clean(started.Label, keepColours: false), _clock.GetTimestamp(), _terminal.Colour);
                break;
            case StepLog log when _running.TryGetValue(log.Step, out TtyStep? step):
                step.Log(log);
                break;
            case StepTransfer transfer when _running.TryGetValue(transfer.Step, out TtyStep? step):
                step.Transfer(transfer, _clock.GetTimestamp());
                break;
            case StepCached cached:
                _cached++;
                End(cached.Step, _style.Cached, _style.Paint(Ansi.Cyan, "CACHED"));
                break;
            case StepFinished finished:
                End(finished.Step, _style.Done, Amounts.Time(finished.Duration));
                break;
            case StepFailed failed:
                End(failed.Step, _style.Failed, $"{_style.Paint(Ansi.Red, "FAILED")} {Amounts.Time(failed.Duration)}");
                break;
            case StepCancelled cancelled:
                End(cancelled.Step, _style.Cancelled, "CANCELED");
                break;
            case StepShell shell:
                _lent = shell.Open;
                if (_lent)
                {
                    _painter.Paint(_lasting, []);
                    _lasting.Clear();
                }

                break;
            case BuildNote note:
                _lasting.AddRange(note.Text.Split('\n').Select(line => "   " + Ansi.Clean(line, _terminal.Colour)));
                break;
            case BuildWarning warning:
                _lasting.AddRange(_diagnostics.Render(warning.Diagnostic).TrimEnd('\n').Split('\n'));
                break;
        }
    }

    private void End(StepId id, string mark, string state)
    {
        if (!_running.Remove(id, out TtyStep? step))
        {
            return;
        }

        _ended++;
        string line = $" {mark} {step.Label}";
        state = TtyFrame.TransferSum(step) + state;
        int gap = Math.Max(1, Columns - Rows.Width(line) - Rows.Width(state));
        _lasting.Add(line + new string(' ', gap) + state);
    }
}
