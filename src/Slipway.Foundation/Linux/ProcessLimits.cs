using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>getrlimit(2).</summary>
public static partial class ProcessLimits
{
    /// <summary>The most files this process, and what it starts, could have open.</summary>
    public static ulong OpenFilesHard
    {
        get
        {
            const int RLIMIT_NOFILE = 7;
            Span<ulong> limit = stackalloc ulong[2];
            LinuxException.ThrowIfFailed(Native.GetRlimit(RLIMIT_NOFILE, limit), "getrlimit");
            return limit[1];
        }
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "getrlimit", SetLastError = true)]
        internal static partial int GetRlimit(int resource, Span<ulong> limit);
    }
}
