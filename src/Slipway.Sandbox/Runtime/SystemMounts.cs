using Slipway.Sandbox.Containers;
using Slipway.Sandbox.Hosts;

namespace Slipway.Sandbox.Runtime;

/// <summary>What docker mounts, hides and write-protects in every container.</summary>
internal static class SystemMounts
{
    private const uint TerminalGroup = 5;

    public static IReadOnlyList<string> MaskedPaths { get; } =
    [
        "/proc/acpi", "/proc/asound", "/proc/interrupts", "/proc/kcore", "/proc/keys", "/proc/latency_stats", "/proc/sched_debug",
        "/proc/scsi", "/proc/timer_list", "/proc/timer_stats", "/sys/devices/virtual/powercap", "/sys/firmware",
    ];

    public static IReadOnlyList<string> ReadOnlyPaths { get; } =
        ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"];

    public static IReadOnlyList<OciMount> For(ContainerSpec spec, SandboxHost host) =>
    [
        new("/proc", "proc", "proc", ["nosuid", "noexec", "nodev"]),
        new("/dev", "tmpfs", "tmpfs", ["nosuid", "strictatime", "mode=755", "size=65536k"]),
        // In a user namespace the group "tty" may not exist; the mount would fail with it.
        new("/dev/pts", "devpts", "devpts", ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620",
            .. host.GroupIds.Contains(TerminalGroup) ? [$"gid={TerminalGroup}"] : Array.Empty<string>()]),
        Sys(spec, host),
        new("/dev/mqueue", "mqueue", "mqueue", ["nosuid", "noexec", "nodev"]),
        new("/dev/shm", "tmpfs", "shm", ["nosuid", "noexec", "nodev", "mode=1777", $"size={spec.SharedMemoryBytes}"]),
    ];

    // A new sysfs shows a network namespace, and only the owner of that may mount it; so a rootless container in the host's network gets the host's.
    private static OciMount Sys(ContainerSpec spec, SandboxHost host)
    {
        string access = spec.Security.HideSystemPaths ? "ro" : "rw";
        return host.InUserNamespace && spec.Network == NetworkMode.Host
            ? new OciMount("/sys", "bind", "/sys", ["rbind", "nosuid", "noexec", "nodev", access])
            : new OciMount("/sys", "sysfs", "sysfs", ["nosuid", "noexec", "nodev", access]);
    }
}
