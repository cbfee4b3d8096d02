using Slipway.Foundation.Linux;
using Slipway.Foundation.Text;
using Slipway.Sandbox.Security;

namespace Slipway.Sandbox.Hosts;

/// <summary>What this machine and this process offer for running containers; probed once.</summary>
/// <param name="Runtime">The OCI runtime that will be used.</param>
/// <param name="Cgroups">How control groups are mounted.</param>
/// <param name="InUserNamespace">True when "root" here is not the machine's root.</param>
/// <param name="UserIds">The user ids that files can have.</param>
/// <param name="GroupIds">The group ids that files can have.</param>
/// <param name="Warnings">What will not work here and how to mend it; to be shown once.</param>
public sealed record SandboxHost(
    OciRuntime Runtime,
    CgroupMode Cgroups,
    bool InUserNamespace,
    IdMap UserIds,
    IdMap GroupIds,
    IReadOnlyList<Diagnostic> Warnings)
{
    /// <summary>Overlayfs must keep its marks in <c>user.overlay.*</c> attributes (mount option <c>userxattr</c>).</summary>
    public bool NeedsUserXattr => InUserNamespace;

    /// <summary>The capabilities that this process could hand on to containers.</summary>
    internal CapabilitySet Capabilities { get; init; } = CapabilitySet.Empty;

    /// <summary>Looks at the machine. <c>SLIPWAY_RUNTIME</c> may name the runtime: <c>crun</c>, <c>runc</c>, or a path.</summary>
    /// <exception cref="DiagnosticException">No OCI runtime, or the process is neither root nor in a user namespace.</exception>
    public static async Task<SandboxHost> DetectAsync(CancellationToken cancellation)
    {
        if (ProcessIdentity.EffectiveUid != 0)
        {
            throw new DiagnosticException("not-root", "Running containers needs root, or a user namespace in which this user is root.",
                "This command was started without its user namespace; please report it.");
        }

        OciRuntime runtime = OciRuntime.Find(Environment.GetEnvironmentVariable("SLIPWAY_RUNTIME"));
        IdMap users = IdMap.Parse(await File.ReadAllTextAsync("/proc/self/uid_map", cancellation));
        IdMap groups = IdMap.Parse(await File.ReadAllTextAsync("/proc/self/gid_map", cancellation));
        string mounts = await File.ReadAllTextAsync("/proc/self/mountinfo", cancellation);
        bool nested = !users.IsComplete;
        IReadOnlyList<Diagnostic> warnings = users.IsSingle || groups.IsSingle ? [SubordinateIds.SingleIdWarning()] : [];
        return new SandboxHost(runtime, CgroupModes.FromMountInfo(mounts), nested, users, groups, warnings)
        {
            Capabilities = CapabilitySet.BoundingSetIn(await File.ReadAllTextAsync("/proc/self/status", cancellation)),
        };
    }
}
