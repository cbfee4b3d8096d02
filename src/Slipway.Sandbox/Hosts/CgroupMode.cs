namespace Slipway.Sandbox.Hosts;

/// <summary>How control groups are mounted on this machine (cgroups(7)).</summary>
public enum CgroupMode
{
    /// <summary>Nothing is mounted at <c>/sys/fs/cgroup</c>.</summary>
    None,

    /// <summary>Only version 1 hierarchies.</summary>
    Legacy,

    /// <summary>Version 1 hierarchies and a version 2 one beside them, in <c>unified</c>.</summary>
    Hybrid,

    /// <summary>Version 2 at <c>/sys/fs/cgroup</c>.</summary>
    Unified,
}
