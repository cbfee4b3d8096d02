using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>A system call failed; the message names the call, what it was done to, and the system's own words.</summary>
public sealed class LinuxException : IOException
{
    public LinuxException(string call, string? target, int errno)
        : base($"{call}{(target is null ? "" : $" '{target}'")}: {Marshal.GetPInvokeErrorMessage(errno)}") =>
        (Call, Errno) = (call, errno);

    public string Call { get; }

    /// <summary>The error number, one of <see cref="Linux.Errno"/>.</summary>
    public int Errno { get; }

    /// <summary>Throws with the errno of the P/Invoke that has just failed on this thread.</summary>
    internal static void ThrowIfFailed(long result, string call, string? target = null)
    {
        if (result < 0)
        {
            throw new LinuxException(call, target, Marshal.GetLastPInvokeError());
        }
    }
}
