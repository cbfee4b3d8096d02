using System.Runtime.InteropServices;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Sandbox.Hosts;

namespace Slipway.Sandbox.Containers;

/// <summary>
/// Runs containers. Nothing it mounts is visible outside the run, and nothing is left if this process dies: the kernel
/// removes the mounts and kills the processes. Runs may overlap.
/// </summary>
public sealed class ContainerRunner : IDisposable
{
    private static readonly PosixSignal[] s_passedOn =
        [PosixSignal.SIGINT, PosixSignal.SIGQUIT, PosixSignal.SIGTERM, PosixSignal.SIGHUP, (PosixSignal)SIGUSR1, (PosixSignal)SIGUSR2];

    private const int SIGHUP = 1, SIGINT = 2, SIGQUIT = 3, SIGUSR1 = 10, SIGUSR2 = 12, SIGTERM = 15;

    private readonly Lazy<PidNamespace> _pids = new(PidNamespace.Create);

    public ContainerRunner(SandboxHost host) => Host = host;

    public SandboxHost Host { get; }

    /// <summary>
    /// Runs to the end. Cancelling sends TERM and, 300 ms later, KILL; then throws <see cref="OperationCanceledException"/>.
    /// With <see cref="InheritedIo"/>, signals that this process gets meanwhile go to the container instead.
    /// </summary>
    /// <exception cref="DiagnosticException">The spec asks for what is not there: a user, a bind source.</exception>
    public async Task<ContainerResult> RunAsync(ContainerSpec spec, ContainerIo io, CancellationToken cancellation)
    {
        cancellation.ThrowIfCancellationRequested();
        if (spec.Arguments is [] or ["", ..])
        {
            return new ContainerResult((int)StartFailureKind.NotFound, new StartFailure(StartFailureKind.NotFound, "no command was given"));
        }

        bool terminal = io is InheritedIo { Terminal: true };
        if (terminal && !TerminalCheck.IsTerminal(0))
        {
            throw new DiagnosticException("not-a-terminal", "the input device is not a TTY", "Leave -t away when standard input is a pipe or file.");
        }

        using TerminalMode? mode = terminal ? TerminalMode.Remember(0) : null;
        using var run = new ContainerRun(Host, () => _pids.Value, spec, io);
        using CancellationTokenRegistration stopping = cancellation.Register(run.Requests.RequestStop);
        List<PosixSignalRegistration> signals = io is InheritedIo ? PassSignalsTo(run.Requests, terminal) : [];
        try
        {
            ContainerResult result = await run.StartAsync();
            cancellation.ThrowIfCancellationRequested();
            return result;
        }
        finally
        {
            signals.ForEach(s => s.Dispose());
        }
    }

    /// <summary>Kills what still runs.</summary>
    public void Dispose()
    {
        if (_pids.IsValueCreated)
        {
            _pids.Value.Dispose();
        }
    }

    private static List<PosixSignalRegistration> PassSignalsTo(RunRequests requests, bool ownTerminal) =>
        [.. s_passedOn.Select(signal => PosixSignalRegistration.Create(signal, context =>
        {
            context.Cancel = true; // the container decides what it means
            int number = Number(context.Signal);
            // Ctrl-C and Ctrl-\ on a terminal we share with the container have reached it already, as a member of the foreground group.
            if (ownTerminal || number is not (SIGINT or SIGQUIT) || !TerminalCheck.IsForeground())
            {
                requests.PassOn(number);
            }
        }))];

    private static int Number(PosixSignal signal) => signal switch
    {
        PosixSignal.SIGHUP => SIGHUP,
        PosixSignal.SIGINT => SIGINT,
        PosixSignal.SIGQUIT => SIGQUIT,
        PosixSignal.SIGTERM => SIGTERM,
        _ => (int)signal,
    };
}
