using System.Collections.Concurrent;
using Microsoft.Win32.SafeHandles;
using Slipway.Foundation.Linux;

namespace Slipway.Sandbox.Containers;

/// <summary>What other threads ask of a run: to pass a signal on, or to end. The run's thread polls <see cref="Waiting"/>.</summary>
internal sealed class RunRequests : IDisposable
{
    private readonly ConcurrentQueue<int> _signals = new();
    private readonly Pipe _wake = Pipe.Create();
    private readonly Lock _lock = new();
    private bool _closed;
    private volatile bool _stop;

    /// <summary>Readable when something was asked.</summary>
    public SafeFileHandle Waiting => _wake.Reader;

    /// <summary>The run is to end.</summary>
    public bool Stop => _stop;

    public void PassOn(int signal)
    {
        _signals.Enqueue(signal);
        Wake();
    }

    public void RequestStop()
    {
        _stop = true;
        Wake();
    }

    /// <summary>Takes the next signal; call until false after <see cref="Waiting"/> has become readable.</summary>
    public bool TryTake(out int signal) => _signals.TryDequeue(out signal);

    /// <summary>Makes <see cref="Waiting"/> unreadable until the next request.</summary>
    public void Acknowledge() => _wake.Read(stackalloc byte[64]);

    public void Dispose()
    {
        lock (_lock)
        {
            _closed = true;
            _wake.Dispose();
        }
    }

    private void Wake()
    {
        lock (_lock)
        {
            if (!_closed)
            {
                _wake.WriteByte();
            }
        }
    }
}
