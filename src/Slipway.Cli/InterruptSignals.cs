using System.Runtime.InteropServices;

namespace Slipway.Cli;

/// <summary>Ctrl-C and TERM cancel the work once; a second Ctrl-C ends the program as the system does.</summary>
internal sealed class InterruptSignals : IDisposable
{
    private readonly PosixSignalRegistration[] _registrations;

    public InterruptSignals(CancellationTokenSource work) => _registrations =
    [
        .. ((PosixSignal[])[PosixSignal.SIGINT, PosixSignal.SIGTERM, PosixSignal.SIGHUP]).Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = !work.IsCancellationRequested;
            work.Cancel();
        })),
    ];

    public void Dispose()
    {
        foreach (PosixSignalRegistration registration in _registrations)
        {
            registration.Dispose();
        }
    }
}
