using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Microsoft.Win32.SafeHandles;

namespace Slipway.Foundation.Linux;

/// <summary>
/// How a program is started by posix_spawn(3). Why not <c>System.Diagnostics.Process</c>: the program must be born in the mount and pid namespaces of
/// the thread that starts it, must not inherit this process's ignored SIGPIPE, and is waited for by that same thread.
/// </summary>
public sealed unsafe partial record ProcessSpawn(string Path, IReadOnlyList<string> Arguments, IReadOnlyList<string> Environment)
{
    /// <summary>Null inherits this process's own.</summary>
    public SafeFileHandle? Input { get; init; }

    /// <summary>Standard input is /dev/null; <see cref="Input"/> does not count then.</summary>
    public bool NoInput { get; init; }

    public SafeFileHandle? Output { get; init; }

    public SafeFileHandle? Error { get; init; }

    /// <summary>A process group of its own, so that the terminal's Ctrl-C does not reach it.</summary>
    public bool OwnProcessGroup { get; init; }

    /// <summary>The pid namespace to be born in; null for that of this process.</summary>
    public SafeFileHandle? PidNamespace { get; init; }

    /// <exception cref="LinuxException">The program cannot be started.</exception>
    public ChildProcess Start()
    {
        byte* actions = stackalloc byte[512], attributes = stackalloc byte[512], signals = stackalloc byte[128]; // glibc needs 80, 336, 128
        _ = Native.FileActionsInit(actions);
        _ = Native.AttributesInit(attributes);
        byte** argv = Strings([Path, .. Arguments]), envp = Strings(Environment);
        byte* path = (byte*)Marshal.StringToCoTaskMemUTF8(Path);
        try
        {
            Redirect(actions);
            Configure(attributes, signals);
            int child = 0;
            (int error, int pid) = PidNamespace is null
                ? (NativeCalls.PosixSpawn(&child, path, actions, attributes, argv, envp), child)
                : SpawnInNamespace((int)PidNamespace.DangerousGetHandle(), path, actions, attributes, argv, envp);
            return error == 0 ? new ChildProcess(pid) : throw new LinuxException("posix_spawn", Path, error);
        }
        finally
        {
            Marshal.FreeCoTaskMem((nint)path);
            FreeStrings(argv);
            FreeStrings(envp);
            _ = Native.FileActionsDestroy(actions);
            _ = Native.AttributesDestroy(attributes);
        }
    }

    // A thread whose children are born in another pid namespace must not create threads (clone(2), EINVAL), as the runtime may do at
    // any time on its behalf; and in a user namespace it cannot go back, for our own pid namespace belongs to somebody else. So a thread
    // is made for this alone. It starts with the namespaces of the calling thread.
    private static (int Error, int Pid) SpawnInNamespace(
        int pidNamespace, byte* path, byte* actions, byte* attributes, byte** argv, byte** envp)
    {
        int error = 0, pid = 0;
        delegate* unmanaged<int, int, int> setNs = NativeCalls.SetNs;
        delegate* unmanaged<int*, byte*, byte*, byte*, byte**, byte**, int> posixSpawn = NativeCalls.PosixSpawn;
        var thread = new Thread(() => error = EnterAndSpawn(pidNamespace, path, actions, attributes, argv, envp, setNs, posixSpawn, out pid), 256 << 10);
        thread.Start();
        thread.Join();
        return (error, pid);
    }

    // Compiled at once and for all, with plain function pointers: no compiler runs between the first call and the end of the thread.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int EnterAndSpawn(
        int pidNamespace, byte* path, byte* actions, byte* attributes, byte** argv, byte** envp,
        delegate* unmanaged<int, int, int> setNs, delegate* unmanaged<int*, byte*, byte*, byte*, byte**, byte**, int> posixSpawn, out int pid)
    {
        const int CLONE_NEWPID = 0x20000000;
        int child = 0;
        int error = setNs(pidNamespace, CLONE_NEWPID) == 0 ? posixSpawn(&child, path, actions, attributes, argv, envp) : Errno.EPERM;
        pid = child;
        return error;
    }

    private void Redirect(byte* actions)
    {
        if (NoInput)
        {
            Check(Native.AddOpen(actions, 0, "/dev/null", 0, 0));
        }
        else if (Input is not null)
        {
            Check(Native.AddDup2(actions, (int)Input.DangerousGetHandle(), 0));
        }

        if (Output is not null)
        {
            Check(Native.AddDup2(actions, (int)Output.DangerousGetHandle(), 1));
        }

        if (Error is not null)
        {
            Check(Native.AddDup2(actions, (int)Error.DangerousGetHandle(), 2));
        }
    }

    private void Configure(byte* attributes, byte* signals)
    {
        const short SETPGROUP = 2, SETSIGDEF = 4, SETSIGMASK = 8;
        _ = Native.SigEmptySet(signals);
        Check(Native.SetSignalMask(attributes, signals));
        _ = Native.SigFillSet(signals);
        Check(Native.SetSignalDefaults(attributes, signals));
        Check(Native.SetFlags(attributes, (short)(SETSIGDEF | SETSIGMASK | (OwnProcessGroup ? SETPGROUP : 0))));
    }

    private static void Check(int error)
    {
        if (error != 0)
        {
            throw new LinuxException("posix_spawn", null, error);
        }
    }

    private static byte** Strings(IReadOnlyList<string> strings)
    {
        byte** array = (byte**)NativeMemory.AllocZeroed((nuint)strings.Count + 1, (nuint)sizeof(byte*));
        for (int i = 0; i < strings.Count; i++)
        {
            array[i] = (byte*)Marshal.StringToCoTaskMemUTF8(strings[i]);
        }

        return array;
    }

    private static void FreeStrings(byte** array)
    {
        for (byte** p = array; *p is not null; p++)
        {
            Marshal.FreeCoTaskMem((nint)(*p));
        }

        NativeMemory.Free(array);
    }

    private static class NativeCalls
    {
        private static readonly nint Library = NativeLibrary.Load("libc", typeof(ProcessSpawn).Assembly, null);

        internal static readonly delegate* unmanaged<int, int, int> SetNs =
            (delegate* unmanaged<int, int, int>)NativeLibrary.GetExport(Library, "setns");

        internal static readonly delegate* unmanaged<int*, byte*, byte*, byte*, byte**, byte**, int> PosixSpawn =
            (delegate* unmanaged<int*, byte*, byte*, byte*, byte**, byte**, int>)NativeLibrary.GetExport(Library, "posix_spawn");
    }

    private static partial class Native
    {
        [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_init")]
        internal static partial int FileActionsInit(byte* actions);

        [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_destroy")]
        internal static partial int FileActionsDestroy(byte* actions);

        [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_adddup2")]
        internal static partial int AddDup2(byte* actions, int from, int to);

        [LibraryImport("libc", EntryPoint = "posix_spawn_file_actions_addopen", StringMarshalling = StringMarshalling.Utf8)]
        internal static partial int AddOpen(byte* actions, int fd, string path, int flags, uint mode);

        [LibraryImport("libc", EntryPoint = "posix_spawnattr_init")]
        internal static partial int AttributesInit(byte* attributes);

        [LibraryImport("libc", EntryPoint = "posix_spawnattr_destroy")]
        internal static partial int AttributesDestroy(byte* attributes);

        [LibraryImport("libc", EntryPoint = "posix_spawnattr_setflags")]
        internal static partial int SetFlags(byte* attributes, short flags);

        [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigdefault")]
        internal static partial int SetSignalDefaults(byte* attributes, byte* signals);

        [LibraryImport("libc", EntryPoint = "posix_spawnattr_setsigmask")]
        internal static partial int SetSignalMask(byte* attributes, byte* signals);

        [LibraryImport("libc", EntryPoint = "sigemptyset")]
        internal static partial int SigEmptySet(byte* signals);

        [LibraryImport("libc", EntryPoint = "sigfillset")]
        internal static partial int SigFillSet(byte* signals);
    }
}
