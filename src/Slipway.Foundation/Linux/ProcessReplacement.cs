using System.Runtime.InteropServices;

namespace Slipway.Foundation.Linux;

/// <summary>execve(2).</summary>
public static unsafe partial class ProcessReplacement
{
    /// <summary>Replaces this process by another program; does not return unless that fails.</summary>
    /// <param name="arguments">Without the program's own name.</param>
    /// <exception cref="LinuxException">The program cannot be executed.</exception>
    public static void Execute(string path, IReadOnlyList<string> arguments, IReadOnlyList<string> environment)
    {
        byte** argv = Strings([path, .. arguments]), envp = Strings(environment);
        _ = Native.Execve(path, argv, envp);
        throw new LinuxException("execve", path, Marshal.GetLastPInvokeError());
    }

    // Never freed: the process ends or is about to report that it could not.
    private static byte** Strings(IReadOnlyList<string> strings)
    {
        byte** array = (byte**)NativeMemory.AllocZeroed((nuint)strings.Count + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < strings.Count; i++)
        {
            array[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        }

        return array;
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "execve", SetLastError = true, StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int Execve(string path, byte** argv, byte** envp);
    }
}
