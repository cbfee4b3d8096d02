namespace Slipway.Sandbox.Hosts;

/// <summary>The programs that can run an OCI bundle. crun is preferred: it starts a container in a few milliseconds.</summary>
public enum OciRuntimeKind
{
    Crun,
    Runc,
}

/// <summary>An OCI runtime found on this machine.</summary>
/// <param name="Kind">Whose command line it has.</param>
/// <param name="Path">The absolute path of the program.</param>
public sealed record OciRuntime(OciRuntimeKind Kind, string Path);
