using System.Diagnostics;
using Microsoft.Win32.SafeHandles;
using Slipway.Foundation.Linux;
using Slipway.Sandbox.Hosts;
using Slipway.Sandbox.Mounts;

namespace Slipway.Sandbox.Containers;

/// <summary>
/// The runtime's process while a container runs: started, served and waited for by one thread, which alone sends it signals.
/// </summary>
internal sealed class RuntimeProcess(SandboxHost host, PidNamespace pids, Workspace workspace, RunRequests requests)
{
    private const int SIGKILL = 9, SIGTERM = 15;
    private const string ContainerId = "slipway"; // each run has a state folder of its own

    private static readonly TimeSpan s_grace = TimeSpan.FromMilliseconds(300);

    private readonly byte[] _buffer = new byte[32 << 10];
    private long _stopAsked;
    private bool _killed;

    /// <summary>Runs the bundle in the workspace to its end and gives the runtime's exit code.</summary>
    public int Run(ContainerIo io, bool noNewKeyring)
    {
        ProcessSpawn run = Command(
            ["run", "--bundle", workspace.Folder, "--pid-file", workspace.PidFile, .. noNewKeyring ? ["--no-new-keyring"] : Array.Empty<string>(), ContainerId]);
        return io switch
        {
            InheritedIo inherited => RunInherited(run with { NoInput = !inherited.Input && !inherited.Terminal }),
            CapturedIo captured => RunCaptured(run with { NoInput = true, OwnProcessGroup = true }, captured.OnOutput),
            _ => throw new ArgumentException($"unknown kind of streams: {io}", nameof(io)),
        };
    }

    private int RunInherited(ProcessSpawn run)
    {
        using ChildProcess child = run.Start();
        return Serve(child, null, null, null);
    }

    private int RunCaptured(ProcessSpawn run, Action<ContainerOutput, ReadOnlyMemory<byte>> onOutput)
    {
        using Pipe stdout = Pipe.Create(), stderr = Pipe.Create();
        using ChildProcess child = (run with { Output = stdout.Writer, Error = stderr.Writer }).Start();
        stdout.Writer.Dispose();
        stderr.Writer.Dispose();
        return Serve(child, onOutput, stdout, stderr);
    }

    // Until the process has ended and its output is read to the end. A callback that throws ends the container first.
    private int Serve(ChildProcess child, Action<ContainerOutput, ReadOnlyMemory<byte>>? onOutput, Pipe? stdout, Pipe? stderr)
    {
        bool exited = false;
        Span<bool> ready = stackalloc bool[4];
        try
        {
            while (!exited || stdout is not null || stderr is not null)
            {
                ReadOnlySpan<SafeFileHandle?> handles = [exited ? null : child.Exited, requests.Waiting, stdout?.Reader, stderr?.Reader];
                Poll.WaitReadable(handles, ready, exited ? Timeout.InfiniteTimeSpan : UntilKill());
                exited |= ready[0];
                HandleRequests(child, exited, ready[1]);
                stdout = ready[2] && !Forward(stdout!, ContainerOutput.Stdout, onOutput!) ? null : stdout;
                stderr = ready[3] && !Forward(stderr!, ContainerOutput.Stderr, onOutput!) ? null : stderr;
            }
        }
        catch
        {
            KillContainer(child);
            child.Reap();
            throw;
        }

        return child.Reap();
    }

    private bool Forward(Pipe pipe, ContainerOutput output, Action<ContainerOutput, ReadOnlyMemory<byte>> onOutput)
    {
        int length = pipe.Read(_buffer);
        if (length > 0)
        {
            onOutput(output, _buffer.AsMemory(0, length));
        }

        return length > 0;
    }

    private void HandleRequests(ChildProcess child, bool exited, bool asked)
    {
        if (asked)
        {
            requests.Acknowledge();
        }

        while (requests.TryTake(out int signal))
        {
            if (!exited)
            {
                child.Signal(signal);
            }
        }

        if (exited || !requests.Stop)
        {
            return;
        }

        if (_stopAsked == 0)
        {
            _stopAsked = Stopwatch.GetTimestamp();
            child.Signal(SIGTERM); // both runtimes pass it on to the container
        }
        else if (!_killed && UntilKill() <= TimeSpan.Zero)
        {
            KillContainer(child);
        }
    }

    private TimeSpan UntilKill() =>
        _stopAsked == 0 || _killed ? Timeout.InfiniteTimeSpan
        : s_grace - Stopwatch.GetElapsedTime(_stopAsked) is { Ticks: > 0 } left ? left : TimeSpan.Zero;

    // The runtime knows the container's first process; killing the runtime alone would leave that running. When the
    // container is not there yet, the runtime itself is killed, which its half-made container does not survive.
    private void KillContainer(ChildProcess child)
    {
        _killed = true;
        using ChildProcess kill = (Command(["kill", ContainerId, "KILL"]) with { NoInput = true, Output = Null(), Error = Null() }).Start();
        if (kill.Reap() != 0)
        {
            child.Signal(SIGKILL);
        }
    }

    private static SafeFileHandle Null() => File.OpenHandle("/dev/null", FileMode.Open, FileAccess.Write, FileShare.ReadWrite);

    private ProcessSpawn Command(IReadOnlyList<string> verb)
    {
        string[] options = host.Runtime.Kind == OciRuntimeKind.Crun
            ? ["--root", workspace.RuntimeState, "--cgroup-manager=disabled", "--log", workspace.RuntimeLog]
            : ["--root", workspace.RuntimeState, "--log", workspace.RuntimeLog];
        return new ProcessSpawn(host.Runtime.Path, [.. options, .. verb], Environment()) { PidNamespace = pids.Pids };
    }

    // The runtime itself needs none of ours, and what it has ends up in the first moments of the container's process 1.
    private static IReadOnlyList<string> Environment() =>
        ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin", "LC_ALL=C",
            .. System.Environment.GetEnvironmentVariable("TERM") is { } term ? [$"TERM={term}"] : Array.Empty<string>()];
}
