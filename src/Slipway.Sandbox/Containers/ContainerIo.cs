namespace Slipway.Sandbox.Containers;

/// <summary>Where a container's standard streams go.</summary>
public abstract record ContainerIo;

/// <summary>Output goes to a callback; input is empty.</summary>
/// <param name="OnOutput">
/// Called in order, one call at a time, on a thread outside of the container's mounts; the memory is only valid during the call. A slow
/// callback slows the container. If it throws, the container is killed and the exception is passed on.
/// </param>
public sealed record CapturedIo(Action<ContainerOutput, ReadOnlyMemory<byte>> OnOutput) : ContainerIo;

/// <summary>The streams of this process are the container's.</summary>
/// <param name="Input">Pass standard input on (<c>-i</c>); else it is empty.</param>
/// <param name="Terminal">Give the container a terminal of its own, connected to ours (<c>-t</c>); its size follows ours.</param>
public sealed record InheritedIo(bool Input, bool Terminal) : ContainerIo;

public enum ContainerOutput
{
    Stdout,
    Stderr,
}
