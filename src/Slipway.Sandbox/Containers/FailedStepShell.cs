namespace Slipway.Sandbox.Containers;

/// <summary>A shell in what a failed step left behind, to look around.</summary>
public static class FailedStepShell
{
    /// <summary>Opens the best shell the image has, on this process's terminal, with the step's own environment, mounts and user.</summary>
    /// <param name="failed">The failed step; its upper directory as it was left, its work directory new.</param>
    public static Task<ContainerResult> RunAsync(ContainerRunner runner, ContainerSpec failed, CancellationToken cancellation) =>
        runner.RunAsync(failed with { Arguments = ["/bin/sh"] }, new InheritedIo(Input: true, Terminal: true), cancellation);
}
