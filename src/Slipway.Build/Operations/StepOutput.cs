using System.Text;
using Slipway.Build.Progress;
using Slipway.Build.Scheduling;
using Slipway.Sandbox.Containers;

namespace Slipway.Build.Operations;

/// <summary>The output of a running step: reported as it comes, written whole to a file, its last lines kept for the error.</summary>
internal sealed class StepOutput(IBuildProgress progress, StepLogs logs, StepId step) : IDisposable
{
    private const int TailLines = 20;

    /// <summary>Bytes looked at for the last lines; a line longer than this is shown by its end.</summary>
    private const int TailBytes = 64 * 1024;

    private readonly MemoryStream _tail = new();
    private FileStream? _log;

    /// <summary>The file with everything the step printed; null when it printed nothing.</summary>
    public string? LogPath => _log?.Name;

    public void Write(ContainerOutput source, ReadOnlyMemory<byte> bytes)
    {
        _log ??= logs.Create(step.Value);
        _log.Write(bytes.Span);
        _tail.Write(bytes.Span);
        if (_tail.Length > 2 * TailBytes)
        {
            byte[] last = _tail.GetBuffer().AsSpan((int)_tail.Length - TailBytes, TailBytes).ToArray();
            _tail.SetLength(0);
            _tail.Write(last);
        }

        progress.Report(new StepLog(step, source == ContainerOutput.Stdout ? LogSource.Output : LogSource.Error, bytes.ToArray()));
    }

    /// <summary>The last lines the step printed.</summary>
    public IReadOnlyList<string> LastLines()
    {
        _log?.Flush();
        string text = Encoding.UTF8.GetString(_tail.GetBuffer(), 0, (int)_tail.Length);
        return [.. text.TrimEnd('\n').Split('\n').TakeLast(TailLines).Select(l => l.TrimEnd('\r'))];
    }

    public void Dispose()
    {
        _log?.Dispose();
        _tail.Dispose();
    }
}
