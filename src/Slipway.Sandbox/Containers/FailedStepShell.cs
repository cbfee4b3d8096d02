using Slipway.Foundation.Linux;
using Slipway.Sandbox.Mounts;

namespace Slipway.Sandbox.Containers;

/// <summary>A shell in what a failed step left behind, to look around.</summary>
public static class FailedStepShell
{
    private static readonly string[] s_shells = ["/bin/bash", "/usr/bin/bash", "/bin/sh", "/bin/ash", "/usr/bin/sh", "/busybox/sh"];

    /// <summary>Opens the best shell the image has, on this process's terminal, with the step's own environment, mounts and user.</summary>
    /// <param name="failed">The failed step: its upper directory as it was left, its work directory new.</param>
    public static Task<ContainerResult> RunAsync(ContainerRunner runner, ContainerSpec failed, CancellationToken cancellation) =>
        runner.RunAsync(failed with { Arguments = [Choose(failed.Root)] }, new InheritedIo(Input: true, Terminal: TerminalCheck.IsTerminal(0)), cancellation);

    // Looked for in each tree by itself: a whiteout above it is a matter of the last resort, when the shell says so itself.
    internal static string Choose(RootFileSystem root)
    {
        string[] trees = [root.Upper, .. root.Lower];
        return s_shells.FirstOrDefault(s => trees.Any(t => RootPath.Resolve(t, s).Kind == FileKind.Regular)) ?? "/bin/sh";
    }
}
