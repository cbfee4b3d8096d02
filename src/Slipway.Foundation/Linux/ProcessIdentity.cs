using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>Whom this process runs as (geteuid(2), getegid(2)).</summary>
public static partial class ProcessIdentity
{
    public static uint EffectiveUid => Native.GetEuid();

    public static uint EffectiveGid => Native.GetEgid();

    /// <summary>Whether this process runs in the machine's first user namespace, where root is root (user_namespaces(7)).</summary>
    public static bool IsInInitialUserNamespace { get; } = ReadUidMap() is ["0", "0", "4294967295"];

    /// <summary>The permission bits that new files do not get (umask(2)), read without changing them.</summary>
    public static int FileCreationMask { get; } = ReadMask();

    private static string[] ReadUidMap() =>
        File.ReadAllText("/proc/self/uid_map").Split((char[]?)null, StringSplitOptions.RemoveEmptyEntries);

    private static int ReadMask()
    {
        string? line = File.ReadLines("/proc/self/status").FirstOrDefault(line => line.StartsWith("Umask:", StringComparison.Ordinal));
        return line is null ? 0x1FF : Convert.ToInt32(line["Umask:".Length..].Trim(), 8);
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "geteuid")]
        internal static partial uint GetEuid();

        [LibraryImport("libc", EntryPoint = "getegid")]
        internal static partial uint GetEgid();
    }
}
