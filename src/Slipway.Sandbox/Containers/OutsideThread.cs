using System.Runtime.ExceptionServices;

namespace Slipway.Sandbox.Containers;

/// <summary>
/// A thread outside of a run's mount namespace that does things for the run's own thread. Needed for all that hands work to the thread
/// pool: a thread is born in the mount namespace of the thread that creates it, and the pool creates its threads on whichever thread
/// gives it work. One task completed on the run's own thread could leave the pool a worker that sees the run's mounts for ever.
/// </summary>
internal sealed class OutsideThread
{
    private readonly object _gate = new();
    private Action? _call;
    private Exception? _thrown;
    private bool _ended;

    /// <summary>Starts the run's own thread, serves its calls on the calling thread, and returns, or throws what it threw, when it has ended.</summary>
    public void RunInside(Action inside)
    {
        ExceptionDispatchInfo? failure = null;
        var thread = new Thread(() => failure = Guard(inside), maxStackSize: 512 << 10) { IsBackground = true, Name = "container" };
        thread.Start();
        Serve();
        thread.Join();
        failure?.Throw();
    }

    /// <summary>From the run's own thread: has this done outside, waits for it, and throws what it threw.</summary>
    public void Call(Action call)
    {
        lock (_gate)
        {
            (_call, _thrown) = (call, null);
            Monitor.PulseAll(_gate);
            while (_call is not null)
            {
                Monitor.Wait(_gate);
            }

            if (_thrown is not null)
            {
                ExceptionDispatchInfo.Throw(_thrown);
            }
        }
    }

    private ExceptionDispatchInfo? Guard(Action inside)
    {
        try
        {
            inside();
            return null;
        }
        catch (Exception e)
        {
            return ExceptionDispatchInfo.Capture(e);
        }
        finally
        {
            lock (_gate)
            {
                _ended = true;
                Monitor.PulseAll(_gate);
            }
        }
    }

    private void Serve()
    {
        lock (_gate)
        {
            while (true)
            {
                while (_call is null && !_ended)
                {
                    Monitor.Wait(_gate);
                }

                if (_call is null)
                {
                    return;
                }

                try
                {
                    _call();
                }
                catch (Exception e)
                {
                    _thrown = e;
                }

                _call = null;
                Monitor.PulseAll(_gate);
            }
        }
    }
}
