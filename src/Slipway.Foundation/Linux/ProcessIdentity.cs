using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>Whom this process runs as (geteuid(2), getegid(2)).</summary>
public static partial class ProcessIdentity
{
    public static uint EffectiveUid => Native.GetEuid();

    public static uint EffectiveGid => Native.GetEgid();

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "geteuid")]
        internal static partial uint GetEuid();

        [LibraryImport("libc", EntryPoint = "getegid")]
        internal static partial uint GetEgid();
    }
}
