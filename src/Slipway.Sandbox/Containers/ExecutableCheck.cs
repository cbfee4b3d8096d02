using System.Buffers.Binary;
using System.Runtime.InteropServices;
using System.Text;
using Slipway.Foundation.Linux;
using Slipway.Sandbox.Mounts;

namespace Slipway.Sandbox.Containers;

/// <summary>Looks at a program as execve(2) does: its format, and the interpreter or loader it names.</summary>
internal static class ExecutableCheck
{
    private const string DefaultPath = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

    /// <returns>Why the container's program cannot have started, or null when nothing speaks against it.</returns>
    public static StartFailure? Find(string root, ContainerSpec spec)
    {
        string program = spec.Arguments[0];
        RootPath? found = Locate(root, spec, program);
        if (found is not { Kind: FileKind.Regular } file)
        {
            return null; // it may lie on a mount that is gone by now
        }

        using FileStream stream = File.OpenRead(file.Under(root));
        byte[] head = new byte[4096];
        ReadOnlySpan<byte> start = head.AsSpan(0, stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false));
        string? needs = start.StartsWith("#!"u8) ? ScriptInterpreter(start) : ElfLoader(start);
        if (needs is null)
        {
            return IsForeign(start) ? new StartFailure(StartFailureKind.NotExecutable, $"exec {program}: exec format error") : null;
        }

        return RootPath.Resolve(root, needs).Exists || spec.Mounts.Any(m => needs.StartsWith(m.Target, StringComparison.Ordinal)) ? null
            : new StartFailure(StartFailureKind.NotFound, $"exec {program}: no such file or directory (it needs {needs})");
    }

    private static RootPath? Locate(string root, ContainerSpec spec, string program)
    {
        if (program.Contains('/', StringComparison.Ordinal))
        {
            return RootPath.Resolve(root, program.StartsWith('/') ? program : spec.WorkingDirectory + "/" + program);
        }

        string path = spec.Environment.LastOrDefault(e => e.StartsWith("PATH=", StringComparison.Ordinal))?[5..] ?? DefaultPath;
        return path.Split(':', StringSplitOptions.RemoveEmptyEntries)
            .Select(d => RootPath.Resolve(root, d + "/" + program)).Cast<RootPath?>().FirstOrDefault(p => p is { Kind: FileKind.Regular });
    }

    private static string ScriptInterpreter(ReadOnlySpan<byte> start)
    {
        int end = start.IndexOf((byte)'\n');
        string line = Encoding.UTF8.GetString(start[2..(end < 0 ? start.Length : end)]).Trim(' ', '\t');
        return line.Split(' ', '\t')[0];
    }

    private static bool IsElf(ReadOnlySpan<byte> start) => start.Length >= 64 && start.StartsWith("\u007fELF"u8);

    // Anything that is neither a script nor a program of this machine; binfmt_misc(5) may know more formats than the kernel itself.
    private static bool IsForeign(ReadOnlySpan<byte> start)
    {
        if (Directory.Exists("/proc/sys/fs/binfmt_misc") && Directory.EnumerateFiles("/proc/sys/fs/binfmt_misc").Count() > 2)
        {
            return false; // more than "register" and "status"
        }

        return !IsElf(start) || !Machines().Contains(BinaryPrimitives.ReadUInt16LittleEndian(start[18..]));
    }

    // e_machine of elf(5), with the 32-bit programs that the machine runs as well
    private static ushort[] Machines() => RuntimeInformation.OSArchitecture switch
    {
        Architecture.X64 => [62, 3],
        Architecture.Arm64 => [183, 40],
        Architecture.Ppc64le => [21],
        Architecture.S390x => [22],
        _ => [.. Enumerable.Range(0, ushort.MaxValue).Select(n => (ushort)n)],
    };

    // The PT_INTERP segment of a 64-bit little-endian program; others are not looked at.
    private static string? ElfLoader(ReadOnlySpan<byte> start)
    {
        const uint PT_INTERP = 3;
        if (!IsElf(start) || start[4] != 2 || start[5] != 1)
        {
            return null;
        }

        long table = BinaryPrimitives.ReadInt64LittleEndian(start[32..]);
        int size = BinaryPrimitives.ReadUInt16LittleEndian(start[54..]), count = BinaryPrimitives.ReadUInt16LittleEndian(start[56..]);
        for (int i = 0; i < count; i++)
        {
            long place = table + ((long)i * size);
            if (place < 0 || size < 56 || place + 56 > start.Length)
            {
                return null;
            }

            ReadOnlySpan<byte> header = start[(int)place..];
            long offset = BinaryPrimitives.ReadInt64LittleEndian(header[8..]), length = BinaryPrimitives.ReadInt64LittleEndian(header[32..]);
            if (BinaryPrimitives.ReadUInt32LittleEndian(header) == PT_INTERP)
            {
                return offset < 0 || length <= 1 || offset + length > start.Length ? null
                    : Encoding.UTF8.GetString(start.Slice((int)offset, (int)length - 1));
            }
        }

        return null;
    }
}
