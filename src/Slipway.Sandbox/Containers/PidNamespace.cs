using Microsoft.Win32.SafeHandles;
using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Sandbox.Hosts;

namespace Slipway.Sandbox.Containers;

/// <summary>
/// The pid namespace in which all runtimes of this process live, so that none outlives it. Its process 1 is a <c>cat</c> that reads a pipe of
/// ours: when we end, however we end, it reads the end of file and ends, and the kernel kills everything else in there.
/// See docs/decisions/0021.
/// </summary>
internal sealed class PidNamespace : IDisposable
{
    private readonly Pipe _toHolder;
    private readonly ChildProcess _holder;

    private PidNamespace(Pipe toHolder, ChildProcess holder)
    {
        (_toHolder, _holder) = (toHolder, holder);
        Pids = File.OpenHandle($"/proc/{holder.Pid}/ns/pid_for_children");
        Mounts = File.OpenHandle($"/proc/{holder.Pid}/ns/mnt");
    }

    /// <summary>The pid namespace.</summary>
    public SafeFileHandle Pids { get; }

    /// <summary>A mount namespace like ours, except that /proc shows <see cref="Pids"/>; a thread of ours in there has no /proc/self.</summary>
    public SafeFileHandle Mounts { get; }

    public static PidNamespace Create()
    {
        string unshare = ProgramSearch.Find("unshare") ?? throw new DiagnosticException(
            "no-unshare", "The program 'unshare' is not installed.", "Install the package 'util-linux'.");
        string cat = ProgramSearch.Find("cat") ?? throw new DiagnosticException(
            "no-cat", "The program 'cat' is not installed.", "Install the package 'coreutils'.");
        Pipe input = Pipe.Create();
        using Pipe output = Pipe.Create();
        ChildProcess holder = new ProcessSpawn(unshare, ["--pid", "--fork", "--kill-child", "--mount-proc", "--propagation", "slave", "--", cat], [])
        {
            Input = input.Reader,
            Output = output.Writer,
            OwnProcessGroup = true,
        }.Start();
        output.Writer.Dispose();
        input.WriteByte();
        if (output.Read(new byte[1]) == 1)
        {
            return new PidNamespace(input, holder); // it has copied our byte: it is there, /proc is mounted
        }

        input.Dispose();
        using (holder)
        {
            throw new DiagnosticException("no-pid-namespace", $"A pid namespace could not be made (unshare ended with {holder.Reap()}).",
                "Inside a container this needs an unmasked /proc: docker run --security-opt systempaths=unconfined --security-opt seccomp=unconfined.");
        }
    }

    public void Dispose()
    {
        if (Pids.IsClosed)
        {
            return;
        }

        Pids.Dispose();
        Mounts.Dispose();
        _toHolder.Dispose(); // the end of file ends it
        _ = _holder.Reap();
        _holder.Dispose();
    }
}
