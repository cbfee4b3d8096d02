using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>isatty(3), tcgetpgrp(3), getpgrp(2).</summary>
public static partial class TerminalCheck
{
    public static bool IsTerminal(int fd) => Native.IsATty(fd) == 1;

    /// <summary>True when this process belongs to the foreground of its terminal, whose keys send it signals.</summary>
    public static bool IsForeground() =>
        Enumerable.Range(0, 3).Any(fd => IsTerminal(fd) && Native.TcGetPgrp(fd) == Native.GetPgrp());

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "isatty")]
        internal static partial int IsATty(int fd);

        [LibraryImport("libc", EntryPoint = "tcgetpgrp")]
        internal static partial int TcGetPgrp(int fd);

        [LibraryImport("libc", EntryPoint = "getpgrp")]
        internal static partial int GetPgrp();
    }
}
