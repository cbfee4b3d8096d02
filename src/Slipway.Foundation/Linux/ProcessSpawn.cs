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
    // Opened by the first start, for a thread whose /proc shows another pid namespace finds no "self" there.
    private static readonly Lazy<SafeFileHandle> s_ownPidNamespace = new(() => File.OpenHandle("/proc/self/ns/pid"));

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
            int error = SpawnIn(
                PidNamespace is null ? -1 : (int)PidNamespace.DangerousGetHandle(), (int)s_ownPidNamespace.Value.DangerousGetHandle(),
                path, actions, attributes, argv, envp, NativeCalls.SetNs, NativeCalls.PosixSpawn, out int pid);
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

    // While the thread's children are to be born in another pid namespace it must not create a thread (clone(2), EINVAL), and the
    // runtime's just-in-time compiler may do so whenever it meets a method for the first or the thirtieth time. So nothing but three
    // native calls happens here, through plain function pointers, in a method that is compiled once and for all.
    [MethodImpl(MethodImplOptions.AggressiveOptimization | MethodImplOptions.NoInlining)]
    private static int SpawnIn(
        int pidNamespace, int ownPidNamespace, byte* path, byte* actions, byte* attributes, byte** argv, byte** envp,
        delegate* unmanaged<int, int, int> setNs, delegate* unmanaged<int*, byte*, byte*, byte*, byte**, byte**, int> posixSpawn, out int pid)
    {
        const int CLONE_NEWPID = 0x20000000;
        int child = 0;
        if (pidNamespace < 0)
        {
            int direct = posixSpawn(&child, path, actions, attributes, argv, envp);
            pid = child;
            return direct;
        }

        int entered = setNs(pidNamespace, CLONE_NEWPID);
        int result = entered == 0 ? posixSpawn(&child, path, actions, attributes, argv, envp) : 0;
        int left = entered == 0 ? setNs(ownPidNamespace, CLONE_NEWPID) : 0;
        pid = child;
        if (left != 0)
        {
            System.Environment.FailFast("the pid namespace could not be left again"); // the next thread made here would fail anyhow
        }

        return entered == 0 ? result : Errno.EPERM;
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
