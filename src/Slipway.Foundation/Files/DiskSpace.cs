using Slipway.Foundation.Linux;

namespace Slipway.Foundation.Files;

/// <summary>Tells errors of a full disk, or a used-up quota, from others.</summary>
public static class DiskSpace
{
    public static bool IsUsedUp(Exception e) =>
        e is LinuxException { Errno: Errno.ENOSPC or Errno.EDQUOT } || (e is IOException && (e.HResult & 0xFFFF) is Errno.ENOSPC or Errno.EDQUOT);
}
