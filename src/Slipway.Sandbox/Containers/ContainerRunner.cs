using Slipway.Sandbox.Hosts;

namespace Slipway.Sandbox.Containers;

/// <summary>
/// Runs containers. Nothing it mounts is visible outside the run, and nothing is left if this process dies: the kernel
/// removes the mounts and kills the processes. Runs may overlap.
/// </summary>
public sealed class ContainerRunner : IDisposable
{
    public ContainerRunner(SandboxHost host) => Host = host;

    public SandboxHost Host { get; }

    /// <summary>
    /// Runs to the end. Cancelling sends TERM and, 300 ms later, KILL; then throws <see cref="OperationCanceledException"/>.
    /// </summary>
    /// <exception cref="Foundation.Text.DiagnosticException">The spec asks for what is not there: a user, a bind source.</exception>
    public Task<ContainerResult> RunAsync(ContainerSpec spec, ContainerIo io, CancellationToken cancellation) =>
        throw new NotSupportedException();

    public void Dispose()
    {
    }
}
